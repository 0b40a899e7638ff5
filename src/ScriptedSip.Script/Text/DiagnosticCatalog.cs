using System.Reflection;

namespace ScriptedSip.Script.Text;

/// <summary>Every finding there is, once: code, severity, message and the paragraph <c>explain CODE</c> prints.</summary>
public static class DiagnosticCatalog
{
    // ---- SS1xxx: syntax --------------------------------------------------------------------------------------------------------

    public static readonly DiagnosticDescriptor UnexpectedToken = Error("SS1001", "unexpected {0}{1}",
        "The script cannot be read on from this place: what stands here fits no statement or setting that could begin or go on here.");

    public static readonly DiagnosticDescriptor MissingToken = Error("SS1002", "missing {0}{1}",
        "Something the grammar needs at this place is not there. Reading went on as if it were, so other findings of the same run still count.");

    public static readonly DiagnosticDescriptor MissingSemicolon = Error("SS1003", "missing ';' after {0}",
        "Every command ends with a semicolon. The place shown is right behind the command that lacks it.");

    public static readonly DiagnosticDescriptor MissingClosingParenthesis = Error("SS1004", "missing ')' of {0} opened at {1}:{2}",
        "A parenthesis is opened and the statement ends, or its body begins, before it is closed.");

    public static readonly DiagnosticDescriptor UnclosedBrace = Error("SS1005", "this '{{' is never closed",
        "A block is opened and the next route, or the end of the file, comes before its closing brace. The brace shown is the one whose block lacks it, judged by the indentation.");

    public static readonly DiagnosticDescriptor UnmatchedClosing = Error("SS1006", "this '{0}' closes nothing",
        "There is no opening bracket for this closing one.");

    public static readonly DiagnosticDescriptor UnterminatedString = Error("SS1007", "this string is never closed",
        "A quote opens a string and there is no closing quote where one can be expected.");

    public static readonly DiagnosticDescriptor UnknownCharacter = Error("SS1008", "the character '{0}' has no meaning here",
        "Outside of strings and comments a script is made of names, numbers, variables and the marks ( ) { } [ ] ; , : . = ! < > & | ^ ~ + - * / % @ $.");

    public static readonly DiagnosticDescriptor UnterminatedComment = Error("SS1009", "this comment is never closed",
        "A comment that begins with /* ends with */; there is no such end.");

    public static readonly DiagnosticDescriptor BadNumber = Error("SS1010", "'{0}' is not a number that can be used",
        "Numbers are decimal, hexadecimal after 0x, octal after a leading 0 or binary before a final b, and fit in 64 bits.");

    public static readonly DiagnosticDescriptor BadAddress = Error("SS1011", "'{0}' is not an IP address or network",
        "An IPv4 address has four numbers from 0 to 255; a network has a prefix length or a mask without holes.");

    public static readonly DiagnosticDescriptor AssignmentInCondition = Error("SS1012", "'=' assigns and cannot stand in a condition",
        "A condition compares with '==' (or '=~' for a regular expression). A single '=' stores a value and is a statement of its own.");

    public static readonly DiagnosticDescriptor ElseAfterSemicolon = Error("SS1013", "this 'else' belongs to no 'if'",
        "A semicolon between the closing brace of an 'if' and its 'else' ends the 'if'. Remove that semicolon.");

    public static readonly DiagnosticDescriptor StatementAtTopLevel = Error("SS1014", "'{0}' cannot stand outside of a route block",
        "At top level there are settings, loadmodule, modparam and route blocks. Commands run inside the braces of a route.");

    public static readonly DiagnosticDescriptor DeclarationInRoute = Error("SS1015", "'{0}' cannot stand inside a route block",
        "Settings, loadmodule, modparam and route blocks belong at top level, outside of every brace.");

    public static readonly DiagnosticDescriptor MissingCondition = Error("SS1016", "'{0}' has no condition",
        "An 'if' or 'while' needs an expression to decide on.");

    public static readonly DiagnosticDescriptor UnknownKeywordCase = Error("SS1017", "'{0}' is not a keyword",
        "All dialects read keywords in lower case only: 'if', 'else', 'route'. Another spelling is taken for the name of a function or setting.");

    public static readonly DiagnosticDescriptor NotAssignable = Error("SS1018", "{0} cannot be assigned to",
        "The left side of an assignment is a pseudo-variable or, in SER 2.0, an attribute.");

    public static readonly DiagnosticDescriptor BadCaseLabel = Error("SS1019", "a case label is a number, a string or a regular expression",
        "Labels are known before the script runs, so a variable or a call cannot be one.");

    public static readonly DiagnosticDescriptor MalformedPseudoVariable = Error("SS1020", "malformed pseudo-variable: {0}",
        "A pseudo-variable is $name, $name(argument) or $(name(argument)[index]{{class.operation,argument}}).");

    public static readonly DiagnosticDescriptor BadIndex = Error("SS1021", "'{0}' is not an index",
        "The index of a pseudo-variable is a number (negative ones count from the last value), '*' for all values, or another pseudo-variable.");

    public static readonly DiagnosticDescriptor BadRouteName = Error("SS1022", "'{0}' is not a route name",
        "A route is named by a number, a word or a quoted string in brackets; an event route by module:event.");

    public static readonly DiagnosticDescriptor NestingTooDeep = Error("SS1023", "nested too deeply{0}",
        "Blocks, parentheses or files are nested beyond what can be read safely.");

    public static readonly DiagnosticDescriptor IncludeNotFound = Error("SS1030", "cannot open the included file '{0}'",
        "include_file names a file that must exist, relative to the including file. import_file is the form for a file that may be missing.");

    public static readonly DiagnosticDescriptor IncludeCycle = Error("SS1031", "'{0}' includes itself",
        "A file is included while it is being read.");

    public static readonly DiagnosticDescriptor UnclosedConditional = Error("SS1032", "this '#!{0}' has no '#!endif'",
        "A conditional section is opened and the file ends before its #!endif.");

    public static readonly DiagnosticDescriptor UnmatchedConditional = Warning("SS1033", "this '#!{0}' belongs to no '#!ifdef'",
        "An #!else or #!endif without an open conditional section.");

    public static readonly DiagnosticDescriptor BadDirective = Error("SS1034", "malformed '#!{0}'{1}",
        "A preprocessor directive lacks its name or value, or its value cannot be understood.");

    public static readonly DiagnosticDescriptor UnknownDirective = Warning("SS1035", "unknown directive '#!{0}' is taken for a comment",
        "A line that begins with #! is a preprocessor directive, and this is none that is known.");

    public static readonly DiagnosticDescriptor EnvironmentNotSet = Error("SS1036", "the environment variable '{0}' is not set",
        "defenv takes its value from an environment variable that must be set; trydefenv is the form for one that may be missing.");

    public static readonly DiagnosticDescriptor TemplateSource = Error("SS1037", "this is a template ({0}), not a script",
        "The file holds marks of a template language. Run it through its own generator first and load the result.");

    public static readonly DiagnosticDescriptor CommentedConditional = Warning("SS1038", "this line is a comment, but line {0} ends its section with '#!{1}'",
        "A section begins with #!ifdef, #!ifndef or #!ifexp, written like this: without a '!', or with a blank before the word, the line is a comment and what follows is read always.");

    // ---- SS2xxx: names and meaning ---------------------------------------------------------------------------------------------

    public static readonly DiagnosticDescriptor UnknownFunction = Error("SS2001", "unknown function '{0}'",
        "No module that is known has a function of this name.");

    public static readonly DiagnosticDescriptor ModuleNotLoaded = Error("SS2002", "function '{0}' needs module '{1}', which is not loaded here",
        "The function exists, in a module no loadmodule line before this place names.");

    public static readonly DiagnosticDescriptor WrongArgumentCount = Error("SS2003", "'{0}' takes {1}, not {2}",
        "The function exists with other numbers of arguments.");

    public static readonly DiagnosticDescriptor WrongArgumentType = Error("SS2004", "argument {0} of '{1}' must be {2}",
        "The value given cannot be turned into what the function needs.");

    public static readonly DiagnosticDescriptor FunctionNotAllowedHere = Error("SS2005", "'{0}' is not allowed in {1}{2}",
        "Functions may be limited to kinds of route; a route that others call counts as every kind it can be reached from.");

    public static readonly DiagnosticDescriptor UnknownPseudoVariable = Error("SS2006", "unknown pseudo-variable '{0}'",
        "No module that is known has a pseudo-variable of this name.");

    public static readonly DiagnosticDescriptor UnknownTransformation = Error("SS2007", "unknown transformation '{0}'",
        "The text between braces names no transformation.");

    public static readonly DiagnosticDescriptor ReadOnlyVariable = Error("SS2008", "'{0}' cannot be assigned",
        "The pseudo-variable can be read and not written.");

    public static readonly DiagnosticDescriptor UnknownModule = Error("SS2009", "unknown module '{0}'",
        "There is no module of this name.");

    public static readonly DiagnosticDescriptor UndefinedRoute = Error("SS2010", "there is no {0}[{1}]",
        "A route is called or armed by a name no block has.");

    public static readonly DiagnosticDescriptor DuplicateRoute = Error("SS2011", "{0} is defined twice; first at {1}:{2}",
        "Two blocks of the same kind have the same name.");

    public static readonly DiagnosticDescriptor RecursiveRoute = Warning("SS2012", "route calls itself: {0}",
        "A chain of route calls leads back to where it began; it ends only when a condition stops it.");

    public static readonly DiagnosticDescriptor UnusedRoute = Warning("SS2013", "{0} is never used",
        "Nothing calls or arms this block.");

    public static readonly DiagnosticDescriptor UnreachableCode = Warning("SS2014", "this is never reached",
        "The command before always leaves the route.");

    public static readonly DiagnosticDescriptor BadRegex = Error("SS2015", "bad regular expression: {0}",
        "The text is not a POSIX extended regular expression.");

    public static readonly DiagnosticDescriptor TypeMismatch = Error("SS2016", "these do not fit together: {0}",
        "The two sides of an operator cannot be brought to one type.");

    public static readonly DiagnosticDescriptor NeverTrue = Warning("SS2017", "this comparison never holds: {0}",
        "The two sides can have no value in common.");

    public static readonly DiagnosticDescriptor NotSupported = Error("SS2018", "{0} is not supported",
        "The dialect has it, this server has not.");

    public static readonly DiagnosticDescriptor UnknownFlag = Error("SS2019", "unknown flag '{0}'",
        "Flags are numbers from 0 to 31, or names declared with 'flags'.");

    public static readonly DiagnosticDescriptor NoMainRoute = Error("SS2020", "there is no main route block",
        "A script needs 'route { … }' (or 'request_route { … }'), which runs for each request.");

    public static readonly DiagnosticDescriptor UselessExpression = Error("SS2021", "this computes a value and does nothing with it",
        "A statement calls a function, assigns, or directs the flow. A comparison or a variable alone is none.");

    public static readonly DiagnosticDescriptor RouteNeverRuns = Warning("SS2022", "{0} is checked, but this server never runs it",
        "Blocks of this kind are started by something this server does not do.");

    public static readonly DiagnosticDescriptor LoadedTooLate = Warning("SS2023", "'{0}' belongs to module '{1}', which is loaded only below (line {2})",
        "Other servers read a script once from top to bottom and know a function only behind the loadmodule line of its module. This one does not mind.");

    public static readonly DiagnosticDescriptor EndsSilently = Warning("SS2024", "a request can come to the end of the main route without being answered or sent on",
        "Falling off the end of the main route does nothing: the sender gets no answer, repeats its request and gives up after half a minute. A way through the conditions leads here without an answer, a relay or an exit.");

    public static readonly DiagnosticDescriptor AnsweredAlready = Warning("SS2025", "when '{0}' is called here, the request may have been answered already (line {1})",
        "A request is answered once. A way leads from a final answer to this call because nothing ends the script behind the answer.");

    public static readonly DiagnosticDescriptor SentOnAlready = Warning("SS2026", "when '{0}' is called here, the request may have been sent on already (line {1})",
        "What was sent on is answered by what it was sent to. A way leads from there to this call because nothing ends the script in between.");

    public static readonly DiagnosticDescriptor ArmedTooLate = Warning("SS2027", "'{0}' comes after the request was sent on (line {1}) and is for nobody",
        "A transaction takes the routes that are armed when the request is sent on. Arming comes before relaying.");

    public static readonly DiagnosticDescriptor ResultIgnored = Warning("SS2028", "what '{0}' returns is not looked at",
        "The function answers a question and does nothing else that counts, so a call as a command is without effect: what it should guard goes on whatever the answer is.");

    public static readonly DiagnosticDescriptor TextAlone = Warning("SS2029", "a text alone is always {0}",
        "A condition such as method==\"INVITE\" || \"ACK\" compares the method with the first text only; the second is a condition of its own.");

    public static readonly DiagnosticDescriptor NeverAssigned = Warning("SS2030", "'{0}' is never assigned",
        "The script reads a variable that it gives a value nowhere.");

    public static readonly DiagnosticDescriptor SameWeight = Warning("SS2031", "'{0}' and '{1}' have the same weight in {2}: this is read as {3}",
        "OpenSER 1.2 and later and OpenSIPS read 'and' and 'or' from left to right, and so '+' and '*'; C, and Kamailio, take the second of each pair first. Parentheses say what is meant.");

    public static readonly DiagnosticDescriptor BitsOfConditions = Warning("SS2032", "'{0}' works on the bits of numbers",
        "Since OpenSER 1.2, and in Kamailio and OpenSIPS, a single '&' or '|' computes with numbers. Conditions are joined with '&&' and '||'.");

    public static readonly DiagnosticDescriptor NotBeforeComparison = Warning("SS2033", "'!{0} {1} …' is read as !({0} {1} …); Kamailio reads (!{0}) {1} … and refuses it",
        "SER, OpenSER and OpenSIPS let '!' in front of a comparison negate all of it, and so does this server in every dialect. Kamailio negates the variable alone.");

    public static readonly DiagnosticDescriptor TextAsCondition = Warning("SS2034", "'{0}' is a text, and Kamailio takes a text that is no number for false",
        "In Kamailio a condition is a number. To ask whether a value is there, compare it with $null or use strempty() or defined.");

    public static readonly DiagnosticDescriptor TextIsNoTemplate = Warning("SS2035", "'{0}' within this text stays as it is written",
        "A quoted text in an assignment or comparison is never a template, in any dialect; only functions such as xlog and append_hf put values in. Texts are joined with '+'.");

    public static readonly DiagnosticDescriptor ZeroEndsScript = Warning("SS2036", "returning 0 ends the whole script; {0} is called in a condition (line {1}), which is not reached then",
        "Above 0 is true, below 0 is false, and 0 ends the script like exit, in every dialect. 'return(-1)' says no.");

    public static readonly DiagnosticDescriptor AlwaysTrue = Warning("SS2037", "this comparison always holds: {0}",
        "Whatever the left side is, the condition is true, so it decides nothing.");

    public static readonly DiagnosticDescriptor BareWord = Warning("SS2038", "'{0}' without quotes is taken for a text",
        "A word that is no keyword, variable or function stands where a value belongs. Texts are written in quotes, and pseudo-variables begin with '$'.");

    public static readonly DiagnosticDescriptor EmptyBranch = Warning("SS2039", "this ';' is all that the '{0}' decides about",
        "A ';' right behind a condition is its whole body: the block that follows is no part of it and runs always.");

    // ---- SS3xxx: settings ------------------------------------------------------------------------------------------------------

    public static readonly DiagnosticDescriptor UnknownSetting = Error("SS3001", "unknown setting '{0}'",
        "No dialect has a core setting of this name.");

    public static readonly DiagnosticDescriptor BadSettingValue = Error("SS3002", "'{0}' must be {1}",
        "The value of a setting has the wrong type or lies out of range.");

    public static readonly DiagnosticDescriptor IgnoredSetting = Note("SS3003", "'{0}' has no meaning here and is ignored",
        "The setting tunes something this server does not have, such as shared memory or forked children.");

    public static readonly DiagnosticDescriptor UnknownParameter = Error("SS3004", "module '{0}' has no parameter '{1}'",
        "The modparam line names a parameter the module does not know.");

    public static readonly DiagnosticDescriptor ParameterBeforeModule = Error("SS3005", "modparam names module '{0}', which is not loaded here",
        "A module is loaded before its parameters are set.");

    public static readonly DiagnosticDescriptor BadListen = Error("SS3006", "'{0}' is not a place to listen on: {1}",
        "Listening places are proto:address:port with the protocol and the port optional.");

    public static readonly DiagnosticDescriptor RequiredModule = Error("SS3007", "module '{0}' needs module '{1}', which is not loaded",
        "The module does its work with the help of another one, and the script loads only the first.");

    public static readonly DiagnosticDescriptor ParametersRefused = Error("SS3008", "these parameters cannot be used: {0}",
        "A module checks all its parameters together, and these values it cannot work with. The place shown is the line that loads the module.");

    public static readonly DiagnosticDescriptor SupersededModule = Note("SS3009", "module '{0}' is not needed: {1}",
        "The module is for something this server does in another way, without being asked. Its parameters are accepted and not read.");

    // ---- SS4xxx: reload --------------------------------------------------------------------------------------------------------

    public static readonly DiagnosticDescriptor FixedSetting = Error("SS4001", "'{0}' cannot change while the program runs",
        "Sockets and threads are made when the program starts. Put the old value back, or restart.");

    public static readonly DiagnosticDescriptor FixedParameters = Error("SS4002", "the parameters of module '{0}' cannot change while the program runs: {1}",
        "The module keeps something that depends on its parameters and has to live on. Put the old values back, or restart.");

    public static readonly DiagnosticDescriptor ModuleRefuses = Error("SS4003", "a module cannot be started: {0}",
        "A module the running program has to start for the new script cannot be started.");

    private static readonly Lazy<IReadOnlyDictionary<string, DiagnosticDescriptor>> ByCode = new(Collect);

    /// <summary>All findings by code.</summary>
    public static IReadOnlyDictionary<string, DiagnosticDescriptor> All => ByCode.Value;

    private static Dictionary<string, DiagnosticDescriptor> Collect() =>
        typeof(DiagnosticCatalog).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>()
            .ToDictionary(descriptor => descriptor.Code, StringComparer.Ordinal);

    private static DiagnosticDescriptor Error(string code, string format, string explanation) => new(code, Severity.Error, format, explanation);

    private static DiagnosticDescriptor Warning(string code, string format, string explanation) => new(code, Severity.Warning, format, explanation);

    private static DiagnosticDescriptor Note(string code, string format, string explanation) => new(code, Severity.Note, format, explanation);
}
