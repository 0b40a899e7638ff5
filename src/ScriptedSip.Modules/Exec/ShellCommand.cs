using System.Globalization;
using System.Text;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Exec;

/// <summary>
/// A command for the shell. The values of pseudo-variables in it never become part of the command: they go into the environment, and the
/// command names them as shell variables in quotes, so that nothing a message holds is ever run.
/// </summary>
internal sealed class ShellCommand : IParsedArgument<ShellCommand>
{
    private const string Prefix = "SIP_PV_";

    private readonly List<Format> _variables = [];

    public static string Form => "a command";

    /// <summary>What the shell is given.</summary>
    public string Text { get; private set; } = "";

    public static ShellCommand? Parse(ArgumentText argument)
    {
        var command = new ShellCommand();
        var text = new StringBuilder();
        var quote = '\0';
        foreach (var (part, variable) in argument.Split())
        {
            if (variable is not null)
            {
                var name = "${" + Prefix + command._variables.Count.ToString(CultureInfo.InvariantCulture) + "}";
                command._variables.Add(variable);
                text.Append(quote switch { '"' => name, '\'' => $"'\"{name}\"'", _ => $"\"{name}\"" });
                continue;
            }
            text.Append(part);
            quote = QuoteBehind(part, quote);
        }
        command.Text = text.ToString();
        return command.Text.Trim().Length == 0 ? null : command;
    }

    /// <summary>Puts the values of the variables where the command looks for them.</summary>
    public void Export(Frame frame, Dictionary<string, string> environment)
    {
        for (var i = 0; i < _variables.Count; i++)
            environment[Prefix + i.ToString(CultureInfo.InvariantCulture)] = RequestEnvironment.Clean(_variables[i].Render(frame).Span);
    }

    // The quote that is open at the end of a part of the command.
    private static char QuoteBehind(string part, char quote)
    {
        for (var i = 0; i < part.Length; i++)
        {
            var c = part[i];
            if (c == '\\' && quote != '\'')
                i++;
            else if (quote == '\0' && (c is '"' or '\''))
                quote = c;
            else if (c == quote)
                quote = '\0';
        }
        return quote;
    }
}
