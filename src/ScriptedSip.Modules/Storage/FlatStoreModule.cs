using ScriptedSip.Data;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Storage;

/// <summary>db_flatstore: how files of <c>flatstore:/directory</c> are written. They are there without it, too.</summary>
internal sealed class FlatStoreModule : ScriptModule
{
    [ModParam("flat_delimiter", "The character between the values of a row.")]
    public string Delimiter { get; set; } = "|";

    [ModParam("flat_flush", "Rows are on the disk within a second.", Ignored = true)]
    public int Flush { get; set; } = 1;

    /// <inheritdoc/>
    public override string? Validate(ScriptVersion script) =>
        Delimiter is [not ('\\' or '\r' or '\n')] ? null : "flatstore: flat_delimiter must be one character, and no backslash or line end";

    /// <inheritdoc/>
    public override void Start(ModuleHost host) => host.Import<Databases>()!.FlatDelimiter = Delimiter[0];
}
