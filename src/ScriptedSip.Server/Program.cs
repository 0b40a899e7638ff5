using ScriptedSip.Server;

return Commands.Execute(CommandLine.Parse(args));
