using System.Diagnostics;
using System.Text;
using ScriptedSip.Modules;
using ScriptedSip.Script;
using ScriptedSip.Script.Binding;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Bench;

/// <summary>How the time to load a script grows with its length: scripts of the shapes that once grew faster, from 2,000 to 50,000 lines.</summary>
internal static class LoadGrowth
{
    private static readonly ModuleCatalog Catalog = new(ModuleTable.Names, ModuleTable.Create, ModuleTable.CreateCore);

    private static readonly (string Name, Func<int, string> Make)[] Shapes =
    [
        ("many routes", ManyRoutes), ("one long route", OneLongRoute), ("routes in a chain", Chain), ("long conditions", LongConditions),
        ("else if", ElseIf), ("many mistakes", Mistakes), ("missing ;", MissingSemicolons), ("settings", Settings), ("unknown names", UnknownNames),
    ];

    public static int Run()
    {
        int[] sizes = [2000, 10_000, 50_000];
        Console.WriteLine($"{"ms for lines",-20}{string.Concat(sizes.Select(size => $"{size,9}"))}   per line, last to first");
        foreach (var (name, make) in Shapes)
        {
            var times = sizes.Select(size => Time(make(size))).ToArray();
            Console.WriteLine($"{name,-20}{string.Concat(times.Select(time => $"{time,9:F0}"))}   {times[^1] / times[0] * sizes[0] / sizes[^1]:F2}");
        }
        return 0;
    }

    private static double Time(string text)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            _ = ScriptLoader.Load(new SourceFile("long.cfg", text), new LoadOptions { Catalog = Catalog });
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }
        return best;
    }

    private static string Script(int lines, Action<StringBuilder, int> write, string body)
    {
        var text = new StringBuilder("loadmodule \"tm\"\nloadmodule \"sl\"\nloadmodule \"xlog\"\nloadmodule \"textops\"\n").Append(body);
        for (var i = 0; i < lines; i++)
            write(text, i);
        return text.ToString();
    }

    private static string ManyRoutes(int lines) => Script(lines / 8, static (text, i) => text.Append($$"""
        route[R{{i}}] {
            if (is_method("INVITE|BYE") && $rU =~ "^00[1-9]{{i}}") {
                $avp(s:x{{i}}) = "sip:" + $rU;
                xlog("L_INFO", "$rm to $rU from $si by R{{i}}\n");
                strip(2);
            }
            if ($rc < 0) { sl_send_reply("404", "Not Found"); exit; }
        }

        """), "route {\n route(R0);\n t_relay();\n}\n");

    private static string OneLongRoute(int lines) => Script(lines / 2, static (text, i) => text.Append($"  if (uri=~\"^sip:{i}@\") {{ strip(1); }}\n  xlog(\"line {i} $ru\\n\");\n"), "route {\n") + "t_relay();\n}\n";

    private static string Chain(int lines) => Script(lines / 4, static (text, i) => text.Append($"route[R{i}] {{\n  if (uri==myself) {{ route(R{i + 1}); }}\n  strip(1);\n}}\n"), "route {\n route(R0);\n t_relay();\n}\n") + $"route[R{lines / 4}] {{ exit; }}\n";

    private static string LongConditions(int lines) => Script(lines / 20, static (text, i) =>
    {
        text.Append("  if (src_ip==10.0.0.1\n");
        for (var j = 0; j < 18; j++)
            text.Append($"    || $rU == \"u{i}{j}\"\n");
        text.Append("  ) { strip(1); }\n");
    }, "route {\n") + "t_relay();\n}\n";

    private static string ElseIf(int lines) => Script(lines / 500, static (text, _) =>
    {
        text.Append("  if (method==\"INVITE\") { strip(1); }\n");
        for (var j = 0; j < 499; j++)
            text.Append($"  else if ($rU == \"u{j}\") {{ prefix(\"{j}\"); }}\n");
    }, "route {\n") + "t_relay();\n}\n";

    private static string Mistakes(int lines) => Script(lines / 3, static (text, i) => text.Append($"  if (method== {{ strip(1); }}\n  t_realy();\n  $foo{i} = 1;\n"), "route {\n") + "}\n";

    private static string MissingSemicolons(int lines) => Script(lines, static (text, i) => text.Append($"  xlog(\"{i}\")\n"), "route {\n") + "}\n";

    private static string Settings(int lines) => Script(lines, static (text, i) => text.Append($"alias=udp:host{i}.example.com:5060\n"), "") + "route { t_relay(); }\n";

    private static string UnknownNames(int lines) => Script(lines, static (text, i) => text.Append($"  no_such_function_{i}(\"x\");\n"), "route {\n") + "}\n";
}
