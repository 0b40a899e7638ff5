using System.Reflection;
using ScriptedSip.Server;

var line = CommandLine.Parse(args);
if (line.Error is not null)
{
    Console.Error.WriteLine($"scriptedsip: {line.Error}\nTry --help");
    return 2;
}
switch (line.Command)
{
    case Command.Help:
        Console.WriteLine(CommandHelp.Text);
        return 0;
    case Command.Version:
        Console.WriteLine($"scriptedsip {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}");
        return 0;
    default:
        Console.Error.WriteLine($"scriptedsip: {line.File}: scripts cannot be loaded yet");
        return 1;
}
