using ScriptedSip.Data;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Acc;

/// <summary>acc_db, SER 2.0's accounting into a database. Rows have the columns of acc, so that "scriptedsip cdr" reads them.</summary>
internal sealed class AccDbModule : AccModule
{
    private const string More = "Rows have the columns of acc; db_extra names more.";

    [ModParam("acc_table", "Table of answered and failed transactions.")]
    public string AccTable { get => Table; set => Table = value; }

    [ModParam("mc_table", "Table of missed calls.")]
    public string MissedCallsTable { get => MissedTable; set => MissedTable = value; }

    [ModParam("callid_column", "Column with the Call-ID.")]
    public string SerCallIdColumn { get => CallIdColumn; set => CallIdColumn = value; }

    [ModParam("fromtag_column", "Column with the From tag.")]
    public string SerFromTagColumn { get => FromTagColumn; set => FromTagColumn = value; }

    [ModParam("totag_column", "Column with the To tag.")]
    public string SerToTagColumn { get => ToTagColumn; set => ToTagColumn = value; }

    [ModParam("method_column", "Column with the method.")]
    public string SerMethodColumn { get => MethodColumn; set => MethodColumn = value; }

    [ModParam("status_column", "Column with the status code.")]
    public string SerCodeColumn { get => CodeColumn; set => CodeColumn = value; }

    [ModParam("restimestamp_column", "Column with the time of the answer, UTC.")]
    public string SerTimeColumn { get => TimeColumn; set => TimeColumn = value; }

    [ModParam("attrs", More, Ignored = true)]
    public string Attributes { get; set; } = "";

    [ModParam("attrs_column", More, Ignored = true)]
    [ModParam("from_column", More, Ignored = true)]
    [ModParam("to_column", More, Ignored = true)]
    [ModParam("flags_column", More, Ignored = true)]
    [ModParam("iuri_column", More, Ignored = true)]
    [ModParam("ouri_column", More, Ignored = true)]
    [ModParam("cseq_column", More, Ignored = true)]
    [ModParam("diguser_column", More, Ignored = true)]
    [ModParam("digrealm_column", More, Ignored = true)]
    [ModParam("reqtimestamp_column", More, Ignored = true)]
    [ModParam("fromuri_column", More, Ignored = true)]
    [ModParam("fromuid_column", More, Ignored = true)]
    [ModParam("fromdid_column", More, Ignored = true)]
    [ModParam("touri_column", More, Ignored = true)]
    [ModParam("touid_column", More, Ignored = true)]
    [ModParam("todid_column", More, Ignored = true)]
    [ModParam("src_ip_column", More, Ignored = true)]
    [ModParam("src_port_column", More, Ignored = true)]
    [ModParam("server_id_column", More, Ignored = true)]
    public string OtherColumn { get; set; } = "";

    /// <inheritdoc/>
    public override string? DatabaseInUse => DatabaseUrl.Length > 0 ? DatabaseUrl : Databases.Standard;

    /// <inheritdoc/>
    public override void Start(ModuleHost host)
    {
        // Its flags mean the database.
        (DatabaseFlag, DatabaseMissedFlag, LogFlag, LogMissedFlag) = (LogFlag, LogMissedFlag, default, default);
        base.Start(host);
    }

    [SipFunction("acc_db_log", RouteKinds.Request | RouteKinds.Failure, "Writes a row for the request, into the table of accounts or the one given; 1.")]
    public Outcome Log(Frame frame, Utf8Text table = default) => StoreRequest(frame, default, table);

    [SipFunction("acc_db_missed", RouteKinds.Request | RouteKinds.Failure, "Writes a row for the request, into the table of missed calls or the one given; 1.")]
    public Outcome Missed(Frame frame, Utf8Text table = default) => StoreRequest(frame, default, table.IsEmpty ? Utf8Text.From(MissedTable) : table);
}
