/*
 * Words and marks of the routing scripts of SER, OpenSER, Kamailio and OpenSIPS, all in one lexer: where the families disagree about
 * what a mark means (such as '&' or '%'), the token is the same and the tree builder decides by dialect.
 *
 * The lexer never fails: what it cannot read becomes an Unterminated… or Unknown token, which the token stage reports.
 */
lexer grammar SipScriptLexer;

channels { Comments, Directives }

// Types the token stage gives: '(' right behind a word, and a variable whose mistake was reported already.
tokens { CallParen, BadVariable }

// ---- keywords: lower case only, in every version of every family -----------------------------------------------------------------

If: 'if';
Else: 'else';
While: 'while';
For: 'for';
In: 'in';
Switch: 'switch';
Case: 'case';
Default: 'default';
Break: 'break' | 'esac';
Return: 'return';
Exit: 'exit';
Drop: 'drop';
Route: 'route';
RouteKind
    : 'request_route' | 'reply_route' | 'onreply_route' | 'failure_route' | 'branch_route' | 'branch_failure_route'
    | 'onsend_route' | 'error_route' | 'local_route' | 'startup_route' | 'timer_route' | 'event_route'
    ;
LoadModule: 'loadmodule' | 'loadmodulex';
ModulePath: 'mpath' | 'loadpath' | 'cfgengine';
SettingsBlock: 'tls_server_domain' | 'tls_client_domain';
ModParam: 'modparam' | 'modparamx';
Flags: 'flags' | 'avpflags';
IncludeFile: 'include_file' | 'import_file';
Desc: 'desc' | 'descr';
Defined: 'defined';
Null: 'null' | 'NULL';

// ---- operators -------------------------------------------------------------------------------------------------------------------

OrWord: 'or' | '||';
AndWord: 'and' | '&&';
NotWord: 'not' | '!';
EqualEqual: '==';
NotEqual: '!=';
Matches: '=~';
NotMatches: '!~';
LessEqual: '<=';
GreaterEqual: '>=';
ShiftLeft: '<<';
ShiftRight: '>>';
Less: '<';
Greater: '>';
WordComparison: 'eq' | 'ne' | 'ieq' | 'ine';
Plus: '+';
Minus: '-';
Star: '*';
Slash: '/';
Percent: '%' | 'mod';
And: '&';
Or: '|';
Caret: '^';
Tilde: '~';
Assign: '=';
AssignOperator: ':=' | '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=';

LeftParen: '(';
RightParen: ')';
LeftBrace: '{';
RightBrace: '}';
LeftBracket: '[';
RightBracket: ']';
Semicolon: ';';
Comma: ',';
Colon: ':';
Dot: '.';
Arrow: '=>';

// ---- words and numbers -----------------------------------------------------------------------------------------------------------

CoreColonWord: 'uri:host' | 'uri:port' | 'msg:len';
Cast: '(' [ \t]* ('int' | 'str' | 'string') [ \t]* ')';

// The part between 'case' and ':' is only a regular expression when a slash comes first; as one token it cannot be taken for a division.
CaseRegex: 'case' [ \t]+ '/' ~["'/\r\n] ('\\' ~[\r\n] | ~[/\\\r\n])* '/';

Ipv4: Digits '.' Digits '.' Digits '.' Digits;
Ipv6
    : HexGroup ':' HexGroup ':' HexGroup ':' HexGroup ':' HexGroup ':' HexGroup ':' HexGroup ':' HexGroup
    | (HexGroup (':' HexGroup)*)? '::' (HexGroup (':' HexGroup)* (':' Digits '.' Digits '.' Digits '.' Digits)? | Digits '.' Digits '.' Digits '.' Digits)?
    ;
Number: [0-9]+ | '0' [xX] HexDigit+ | [01]+ 'b';
Word: [a-zA-Z_] [a-zA-Z0-9_]*;
// A host name may begin with a digit: 3cx.example.com.
DigitWord: [0-9]+ [a-zA-Z_] [a-zA-Z0-9_]*;

fragment Digits: [0-9]+;
fragment HexDigit: [0-9a-fA-F];
fragment HexGroup: HexDigit (HexDigit (HexDigit HexDigit?)?)?;

// ---- variables -------------------------------------------------------------------------------------------------------------------

// $name, $name(…), $name[…], $(…): the inside is read by the pseudo-variable parser.
Variable
    : '$' ('?' | Name ('.' Name)*) Group? Bracket* BareTransformation*
    | '$' Group
    ;
// Attributes of SER 2.0 with a class cannot be taken for a modulo and its operand.
AttributeVariable: '%' ('f' | 't' | 'g' | 'fu' | 'tu' | 'fr' | 'tr' | 'fd' | 'td') '.' Name Bracket?;
SelectVariable: '@' Name ('.' Name | Bracket)*;

fragment Name: [a-zA-Z_] [a-zA-Z0-9_]*;
fragment Group: '(' ('\\' . | ~[()\\\r\n] | Group)* ')';
// $rU{s.len}, written without the parentheses it should have.
fragment BareTransformation: '{' [a-z]+ '.' [a-z]+ ('.' | ',' | '{' ~[{}\r\n]* '}' | Group | ~[(){}; \t\r\n])* '}';
fragment Bracket: '[' ~[\]\r\n;{}]* ']';

// ---- strings ---------------------------------------------------------------------------------------------------------------------

DoubleString: '"' ('\\' . | ~["\\])* '"';
SingleString: '\'' ~[']* '\'';
UnterminatedString: ('"' ('\\' ~[\r\n] | ~["\\\r\n])* | '\'' ~['\r\n]*);

// ---- what is no token of the language --------------------------------------------------------------------------------------------

Directive: ('#!' | '!!') DirectiveText -> channel(Directives);
LineComment: ('#' | '//') ~[\r\n]* -> channel(Comments);
BlockComment: '/*' .*? '*/' -> channel(Comments);
UnterminatedComment: '/*';
Blank: [ \t\r\n\f\u00A0\uFEFF]+ -> skip;
// A line goes on behind a backslash; only definitions need it, but some authors write it elsewhere.
Continuation: '\\' [ \t]* '\r'? '\n' -> skip;
Unknown: .;

fragment DirectiveText: ('\\' '\r'? '\n' | ~[\r\n])*;
