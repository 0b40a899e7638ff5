using ScriptedSip.Bench;

switch (args)
{
    case ["corpus-parse", var directory]:
        return CorpusParse.Run(directory);
    case ["parse", var file]:
        return CorpusParse.Show(file);
    case ["locations"]:
        return LocationBench.Run();
    case ["micro"]:
        return MicroBench.Run();
    default:
        Console.Error.WriteLine("usage: micro | corpus-parse DIRECTORY | parse FILE | locations");
        return 2;
}
