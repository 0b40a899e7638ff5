using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Syntax;

namespace ScriptedSip.Script;

/// <summary>The words of the language itself: blocks, statements, directives, the old operands, and the variables no module has.</summary>
public static class WordCatalog
{
    private static readonly (string Kind, string Names, string Meaning)[] Words =
    [
        ("a route block", "route request_route", "route { } runs for every request that no transaction has absorbed; falling off its end does nothing. route[x] { } runs when it is called: route(x)."),
        ("a route block", "onreply_route reply_route", "onreply_route { } runs for every reply before it is matched; onreply_route[x] for the replies of a transaction armed with t_on_reply(\"x\"). drop discards the reply, in the second form a provisional one only."),
        ("a route block", "failure_route", "failure_route[x] runs when a transaction armed with t_on_failure(\"x\") is about to answer 300 or above. It sees the request; append_branch() and t_relay() try another target, t_reply() answers; else the reply goes on. Arming lasts for one failure."),
        ("a route block", "branch_route", "branch_route[x] runs for each copy of a request about to be sent, armed with t_on_branch(\"x\"); what it changes is changed in that copy, and drop leaves it out."),
        ("a route block", "branch_failure_route", "branch_failure_route[x] runs when a single branch fails, armed with t_on_branch_failure(\"x\"); event_route[tm:branch-failure:x] is the same."),
        ("a route block", "onsend_route", "Runs for every request that is ready to leave, as it will be on the wire: snd_ip, to_ip and to_port say from where and to where. drop holds it back."),
        ("a route block", "error_route", "Runs when a request breaks the grammar of SIP; $err.info says where. Left unanswered, the server answers it."),
        ("a route block", "local_route", "Runs for each request this server sends of its own, before it leaves; drop holds it back. event_route[tm:local-request] is the same."),
        ("a route block", "startup_route", "Runs once, before the first message."),
        ("a route block", "timer_route", "timer_route[name, seconds] runs every so many seconds."),
        ("a route block", "event_route", "event_route[module:event] runs when a module reports the event. Here these are tm:local-request, tm:branch-failure:name, htable:mod-init and core:worker-one-init; a check names others."),
        ("a statement", "if else", "if (condition) statement else statement; the parentheses may be left out, and no ';' stands before else."),
        ("a statement", "while", "while (condition) statement, at most max_while_loops times."),
        ("a statement", "for in", "for ($var(x) in $(avp(y)[*])) statement: once for each value, from the newest."),
        ("a statement", "switch case default", "switch (value) { case 1: … break; case \"text\": … default: … }; without break the next case goes on."),
        ("a statement", "break esac", "Leaves a switch or a loop; elsewhere it leaves the route, as in SER."),
        ("a statement", "return", "Leaves the route: return is 1, return(n) the code n, which $rc has afterwards. Above 0 is true, below false; 0 ends the whole script."),
        ("a statement", "exit", "Ends the run of the script for this message; the server goes on."),
        ("a statement", "drop", "Ends the run and discards: the reply of an onreply_route, the copy of a branch_route, the request of an onsend_route; elsewhere as exit."),
        ("a declaration", "loadmodule loadmodulex", "loadmodule \"name.so\" makes a module's functions known; what stands above it cannot use them."),
        ("a declaration", "modparam modparamx", "modparam(\"module\", \"name\", value) sets a parameter of a module loaded above; \"a|b\" names several."),
        ("a declaration", "mpath loadpath", "Where modules lie in other servers; here they are part of the program, so it has no effect."),
        ("a declaration", "flags avpflags", "flags NAME:number, NAME; gives flags names for setflag() and its kin."),
        ("a directive", "define def", "#!define NAME value: NAME stands for the value from here on, outside of quotes; without a value it can be asked for with #!ifdef. A second one with another value is told."),
        ("a directive", "redefine redef", "As #!define, and replaces an earlier value."),
        ("a directive", "trydefine trydef", "As #!define, unless the name is defined already."),
        ("a directive", "undef undefine", "#!undef NAME: the name is no longer defined."),
        ("a directive", "ifdef", "#!ifdef NAME … #!else … #!endif: the lines between count only when the name is defined, here, with -A NAME or as MOD_x for a module loaded above."),
        ("a directive", "ifndef", "As #!ifdef, when the name is not defined."),
        ("a directive", "ifexp", "#!ifexp expression: the lines up to #!else or #!endif count only when it is true; defined names are its variables."),
        ("a directive", "else", "#!else: what counts when the #!ifdef, #!ifndef or #!ifexp above does not hold."),
        ("a directive", "endif", "#!endif ends what an #!ifdef, #!ifndef or #!ifexp began."),
        ("a directive", "subst", "#!subst \"/regex/replacement/flags\": replaces within quoted texts from here on; flags g all, i any case. The mark may be another than '/'."),
        ("a directive", "substdef", "#!substdef \"/NAME/value/\": #!subst and #!define in one."),
        ("a directive", "substdefs", "As #!substdef, and the defined value is a quoted text."),
        ("a directive", "defenv trydefenv", "#!defenv NAME, or NAME=VARIABLE: defines a name as the value of an environment variable; trydefenv leaves it when there is none."),
        ("a directive", "defenvs trydefenvs", "As #!defenv and #!trydefenv, the value as a quoted text."),
        ("a directive", "defexp", "#!defexp NAME expression: defines a name as the value of an expression over other names."),
        ("a directive", "defexps", "As #!defexp, the value as a quoted text."),
        ("a directive", "include_file", "include_file \"name\": the file stands in this place; it is looked for where the script lies. Also without #!."),
        ("a directive", "import_file", "As include_file, and a file that is not there is passed over."),
        ("a directive", "KAMAILIO OPENSER SER ALL MAXCOMPAT", "In the first line, #!KAMAILIO says in which dialect the script is written; --dialect and the words it uses are the other evidence."),
        ("a word of conditions", "myself", "uri == myself, $rd == myself, src_ip == myself: true when host, port and transport, or the address, are this server's, by listen, advertise or alias."),
        ("a word of conditions", "method", "The method of a request, of a reply that of its CSeq: method == \"INVITE\", without regard to case."),
        ("a word of conditions", "uri", "The Request-URI as it would be sent now: uri == myself, uri =~ \"^sip:9\"."),
        ("a word of conditions", "uri:host", "The host of the Request-URI."),
        ("a word of conditions", "uri:port", "The port of the Request-URI."),
        ("a word of conditions", "from_uri", "The URI of From."),
        ("a word of conditions", "to_uri", "The URI of To."),
        ("a word of conditions", "src_ip", "The address the message came from: src_ip == 10.0.0.0/8, src_ip == myself, src_ip == \"gw.example.com\"."),
        ("a word of conditions", "dst_ip", "The address of the socket the message arrived at."),
        ("a word of conditions", "src_port", "The port the message came from."),
        ("a word of conditions", "dst_port", "The port of the socket the message arrived at."),
        ("a word of conditions", "proto", "The transport the message came over: proto == UDP."),
        ("a word of conditions", "af", "The address family the message came over: af == INET or INET6."),
        ("a word of conditions", "msg:len", "The length of the message in bytes: msg:len >= 2048, msg:len > max_len."),
        ("a word of conditions", "max_len", "The longest message this server takes in bytes."),
        ("a word of conditions", "status", "The status of a reply, in a failure route of the reply that would be passed on: status =~ \"4..\"."),
        ("a word of conditions", "retcode", "The code of the last command or route, as $rc."),
        ("a word of conditions", "snd_ip", "In an onsend_route: the address the request is about to leave from."),
        ("a word of conditions", "snd_port", "In an onsend_route: the port the request is about to leave from."),
        ("a word of conditions", "snd_proto", "In an onsend_route: the transport the request is about to take."),
        ("a word of conditions", "snd_af", "In an onsend_route: the address family the request is about to take."),
        ("a word of conditions", "to_ip", "In an onsend_route: the address the request is about to go to."),
        ("a word of conditions", "to_port", "In an onsend_route: the port the request is about to go to."),
        ("a word of conditions", "defined", "defined $x: true when the variable has a value."),
        ("a word of conditions", "null NULL", "$x == null: true when the variable has no value; $x = null takes it away."),
        ("an operator", "and &&", "True when both sides are; the right one is not looked at when the left is false. With 'or' in one line, OpenSER and OpenSIPS go from left to right."),
        ("an operator", "or ||", "True when one side is; the right one is not looked at when the left is true."),
        ("an operator", "not !", "True when what follows is false; !a == b is !(a == b)."),
        ("an operator", "eq ne", "Compare as texts, in Kamailio."),
        ("an operator", "ieq ine", "Compare as numbers, in Kamailio."),
        ("an operator", "=~ !~", "Matches, or does not, a POSIX extended regular expression, without regard to case, anywhere in the text."),
        ("a function", "selval", "selval(condition, a, b): a when the condition holds, else b; for assignments."),
        ("a variable", "$var", "$var(name): a variable of this run; reads 0 before it is set, in OpenSIPS null."),
        ("a variable", "$vz", "$vz(name): as $var(name)."),
        ("a variable", "$vn", "$vn(name): a variable of this run that reads null before it is set."),
        ("a variable", "$null", "No value: $x == $null asks for it, $x = $null takes the value away."),
        ("a variable", "$C", "$C(xy): in a printed text, colours: foreground x and background y of x default, s black, r red, g green, y yellow, b blue, p purple, c cyan, w white; a capital is bright, $C(xx) ends it."),
        ("a variable", "$param", "$param(n): the n-th argument of route(name, a, b)."),
        ("a variable", "$sel", "$sel(ruri.user): a select of SER 2.0 as a variable; $sel(cfg_get.group.name) is a setting of the script's own."),
        ("a variable", "$def", "$def(NAME): the value of a defined name as text; null when it is not defined."),
        ("a variable", "$defn", "$defn(NAME): the same as a number."),
        ("a variable", "$env", "$env(NAME): an environment variable of the server, as it was when the script was loaded."),
        ("a variable", "$cfg", "$cfg(line), $cfg(file), $cfg(route): the place in the script where it stands."),
        ("a variable", "$cnt", "$cnt($avp(name)): how many values there are; $xavp, $xavi and $hdr can be counted too."),
        ("a variable", "$T_req", "$T_req($fu): a variable as the request of the transaction has it, in a reply route; OpenSIPS writes $(<request>fu)."),
        ("a variable", "$T_rpl", "$T_rpl($rs): a variable as the reply has it that led to a failure route; OpenSIPS writes $(<reply>rs)."),
        ("a variable", "$xavp", "$xavp(a=>b): a value with fields, kept as long as AVPs. $xavp(a=>b) = 1 makes a new a with that field, $xavp(a[0]=>c) = 2 adds to the last one; [n] counts from the last written, [*] is all."),
        ("a variable", "$xavu", "$xavu(a=>b): as $xavp with one value under each name, so an assignment replaces."),
        ("a variable", "$xavi", "$xavi(a=>b): as $xavp, and the case of names does not matter."),
    ];

    /// <summary>All words, variables with their <c>$</c>.</summary>
    public static IEnumerable<string> Names => Words.SelectMany(static word => word.Names.Split(' '));

    /// <summary>What a word is and means, a line each for all it is; empty for no word. <c>#!</c> in front asks for a directive, <c>$</c> for a variable, <c>@</c> for a select.</summary>
    public static IEnumerable<string> Describe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var isDirective = name.StartsWith("#!", StringComparison.Ordinal);
        var wanted = isDirective ? name[2..] : name;
        foreach (var (kind, names, meaning) in Words)
        {
            if (names.Split(' ').Any(own => own == wanted || own == "$" + wanted) && (!isDirective || kind == "a directive"))
                yield return $"{(kind == "a directive" ? "#!" : kind == "a variable" && wanted[0] != '$' ? "$" : "")}{wanted}, {kind}\n  {meaning}";
        }
        if (wanted.StartsWith('@') && SelectTable.VariableOf(wanted[1..]) is { } variable)
            yield return $"{wanted}, a select of SER 2.0\n  Reads as {variable}; .uri, .user, .host, .params.name and other parts may follow.";
        else if (wanted.StartsWith('@') && SelectTable.ReasonAgainst(wanted[1..].Split('.')[0]) is { } reason)
            yield return $"{wanted}, a select of SER 2.0, not supported: {reason}";
    }

    /// <summary>The words the parser knows that must be explained.</summary>
    internal static IEnumerable<string> Required => AstBuilder.Operands.Concat(Directive.Names);
}
