using ScriptedSip.Data;
using ScriptedSip.Modules.Storage;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Modules.Dialog;

/// <content>Answered dialogs in a database: what a restart finds again.</content>
internal sealed partial class DialogModule : IDatabaseUser
{
    private CallStore? _store;
    private long _saveAt;

    [ModParam("db_mode", "Where answered dialogs are kept besides memory, to be found again after a restart: 0 nowhere, 1 in a database, at once, 2 there every db_update_period, 3 there when the program ends.")]
    public int DatabaseMode { get; set; }

    [ModParam("db_url", "The database of the modes 1 to 3; when not set, db_default_url.")]
    public string DatabaseUrl { get; set; } = "";

    [ModParam("db_update_period", "Seconds between two times changes are written in mode 2, 1 or more.")]
    public int UpdatePeriod { get; set; } = 60;

    [ModParam("table_name", "The table. Servers do not share one.")]
    public string Table { get; set; } = "dialog";

    [ModParam("vars_table_name", "Values are kept in the column vars of the table.", Ignored = true)]
    public string VariablesTable { get; set; } = "";

    /// <inheritdoc/>
    public string? DatabaseInUse => DatabaseMode == 0 ? null : DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    /// <inheritdoc/>
    public override void Stop()
    {
        if (_store is null)
            return;
        foreach (var call in _calls.All)
            _store.Save(call);
    }

    private void Load(ModuleHost host)
    {
        if (DatabaseInUse is not { } url)
            return;
        _store = new CallStore(host.Import<Databases>()!.Open(url), Table, new CallRows(host.Clock, host.Sockets, _profiles, KeepAliveLimit), host.Log);
        foreach (var (call, profiles) in _store.Load())
        {
            if (!_calls.Add(call))
                continue;
            _answered++;
            foreach (var (name, value) in profiles)
            {
                if (_profiles.Takes(name, value))
                    _profiles.Add(call, name, value);
            }
            call.IsChanged = false;
        }
    }

    // True when it is time to write what has changed.
    private bool IsTimeToSave(long now)
    {
        if (_store is null || DatabaseMode == 3 || now < _saveAt)
            return false;
        _saveAt = now + (DatabaseMode == 2 ? UpdatePeriod * 1000L : 0);
        return true;
    }
}
