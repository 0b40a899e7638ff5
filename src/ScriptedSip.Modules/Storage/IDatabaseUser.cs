namespace ScriptedSip.Modules.Storage;

/// <summary>A module whose parameters name a database, so that a URL which cannot be used is found when the script is loaded.</summary>
public interface IDatabaseUser
{
    /// <summary>The URL as the script has it; null when the module will ask no database.</summary>
    string? DatabaseInUse { get; }

    /// <summary>False when the module only adds rows, so that it can do with files that cannot be read.</summary>
    bool ReadsDatabase => true;
}
