using ScriptedSip.Bench;

switch (args)
{
    case ["corpus-parse", var directory]:
        return CorpusParse.Run(directory);
    default:
        Console.Error.WriteLine("usage: corpus-parse DIRECTORY");
        return 2;
}
