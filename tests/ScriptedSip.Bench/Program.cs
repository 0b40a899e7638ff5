using ScriptedSip.Bench;

switch (args)
{
    case ["corpus-parse", var directory]:
        return CorpusParse.Run(directory);
    case ["corpus-format", var directory]:
        return CorpusFormat.Run(directory);
    case ["corpus-load", var directory, .. var group]:
        return CorpusLoad.Run(directory, group.FirstOrDefault());
    case ["corpus-warnings", var directory, .. var code]:
        return CorpusWarnings.Run(directory, code.FirstOrDefault());
    case ["corpus-fuzz", var directory, var count, var seed] when int.TryParse(count, out var inputs) && int.TryParse(seed, out var start):
        return CorpusFuzz.Run(directory, inputs, start);
    case ["load-growth"]:
        return LoadGrowth.Run();
    case ["parse", var file]:
        return CorpusParse.Show(file);
    case ["locations"]:
        return LocationBench.Run();
    case ["restart", var count] when int.TryParse(count, out var bindings):
        return RestartBench.Run(bindings);
    case ["growth"]:
        return GrowthBench.Run();
    case ["micro"]:
        return MicroBench.Run();
    default:
        Console.Error.WriteLine("usage: micro | growth | corpus-parse DIRECTORY | corpus-format DIRECTORY | corpus-load DIRECTORY [GROUP] | corpus-warnings DIRECTORY [CODE] | corpus-fuzz DIRECTORY COUNT SEED | load-growth | parse FILE | locations | restart COUNT");
        return 2;
}
