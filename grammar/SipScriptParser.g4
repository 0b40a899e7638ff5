/*
 * Structure of the routing scripts of SER, OpenSER, Kamailio and OpenSIPS, dialect-neutral.
 *
 * Two decisions keep it small, fast and free of ambiguity:
 *  - An expression is a flat row of operands and operators. Precedence differs between the families, so the tree builder resolves it.
 *  - Marks that a mistake leaves out most often (';', ')', '}') never decide between alternatives: semicolons are optional here and
 *    demanded by the tree builder, brackets were balanced before parsing. So each such mistake is one finding, and reading goes on.
 */
parser grammar SipScriptParser;

options { tokenVocab = SipScriptLexer; superClass = ScriptParserBase; }

script: item* EOF;

item
    : routeBlock
    | loadModule
    | modParam
    | flagDeclaration
    | setting
    | modulePath
    | settingsBlock
    | Semicolon
    ;

// ---- top level -------------------------------------------------------------------------------------------------------------------

loadModule: LoadModule (literal | settingName | LeftParen arguments RightParen) Semicolon?;

modParam: ModParam LeftParen arguments RightParen Semicolon?;

flagDeclaration: Flags declaredFlag (Comma declaredFlag)* Semicolon?;
declaredFlag: (word | DoubleString) (Colon Number)?;

modulePath: ModulePath Assign? (literal | word) Semicolon?;

setting: settingName Assign settingValue (Comma? settingValue)* (Desc literal)? Semicolon?;
settingName: word ((Dot | Minus) (word | DigitWord))*;

settingValue
    : scalar (Colon (scalar | LeftParen settingValue (Comma settingValue)* RightParen))* (Colon opaqueBlock)?
    | LeftParen settingValue (Comma settingValue)* RightParen
    | settingGroup
    ;
settingGroup: LeftBrace (setting | Semicolon)* RightBrace;

// A value may be a small sum, or a host name or network, which look the same from here.
scalar: settingPrefix? settingAtom (settingJoint settingAtom)*;
settingPrefix: NotWord | Minus | Plus | Tilde | Cast | Slash;
settingJoint: Dot | Minus | Plus | Slash | Percent | Or | ShiftLeft | And;
settingAtom
    : literal
    | address
    | Star
    | Variable
    | AttributeVariable
    | SelectVariable
    | BadVariable
    | DigitWord
    | CoreColonWord
    | Null
    | word
    | Drop | Exit | Break | Return | Defined | Route | For
    ;

settingsBlock: SettingsBlock (LeftBracket selector RightBracket)? settingGroup;
selector: ~(RightBracket | LeftBrace | RightBrace | Semicolon)*;

// Values of a shape nobody reads: dst_blacklist = name:{ (tcp, 10.0.0.0/255.0.0.0, 5060, "") }.
opaqueBlock: LeftBrace opaque* RightBrace;
opaque: ~(LeftBrace | RightBrace) | opaqueBlock;

// ---- route blocks ----------------------------------------------------------------------------------------------------------------

routeBlock: (Route | RouteKind) (LeftBracket routeName (Comma expression)? RightBracket)? block;

// event_route[tm:branch-failure:x]: anything up to the bracket.
routeName: ~(RightBracket | LeftBrace | RightBrace | Comma | Semicolon)*;

// ---- statements ------------------------------------------------------------------------------------------------------------------

block: LeftBrace (statement | elseClause)* RightBrace;

statement
    : block
    | ifStatement
    | whileStatement
    | forStatement
    | switchStatement
    | leave
    | command
    | Semicolon
    ;

leave: (Return | Exit | Drop | Break) (LeftParen RightParen | expression)? Semicolon?;
command: expression ((Assign | AssignOperator) expression)? Semicolon?;

// A block as condition, without parentheses, is SER 0.8's.
ifStatement: If (condition | block) statement;

// An 'else' stands beside its 'if' and not in it: which 'if' it belongs to is the tree builder's question (the nearest without one), and
// here every decision stays a matter of one token. A long chain of 'else if' is a list, not a nest.
elseClause: Else statement;

whileStatement: While condition statement;
forStatement: For LeftParen expression In expression RightParen statement;
switchStatement: Switch LeftParen condition RightParen LeftBrace switchCase* RightBrace;
switchCase: caseLabel (statement | elseClause)*;
caseLabel: (Case Slash? expression | CaseRegex | Default) Colon;

// ---- expressions -----------------------------------------------------------------------------------------------------------------

// '=' is read here so that a condition with it gets one finding that says what to write.
condition: operand ((binaryOperator | Assign) operand)*;

expression: operand (binaryOperator operand)*;

binaryOperator
    : OrWord | AndWord
    | EqualEqual | NotEqual | Matches | NotMatches | Less | LessEqual | Greater | GreaterEqual | WordComparison
    | Plus | Minus | Star | Slash | Percent | And | Or | Caret | ShiftLeft | ShiftRight | Dot
    ;

operand: (NotWord | Minus | Plus | Tilde | Cast | Defined)* primary;

primary
    : literal
    | Ipv4
    | Ipv6
    | Variable
    | AttributeVariable
    | SelectVariable
    | BadVariable
    | CoreColonWord
    | Null
    | DigitWord
    | call
    | LeftParen condition RightParen
    | LeftParen block RightParen
    | LeftBracket condition RightBracket
    | Percent word
    ;

// A bare word, or a function when parentheses follow.
call: (Word | In | Flags | Desc | Route) (CallParen arguments RightParen)?;

arguments: argument (Comma argument)*;
argument: (condition (Colon (operand | Star))*)?;

literal: (DoubleString | SingleString | UnterminatedString)+ | Number;

address
    : Ipv4
    | Ipv6
    | LeftBracket Ipv6 RightBracket
    ;

// Words that mean something only in their own place.
word: Word | In | Default | Flags | Desc;
