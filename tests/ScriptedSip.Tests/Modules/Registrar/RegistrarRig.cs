using System.Globalization;
using ScriptedSip.Data;
using ScriptedSip.Modules.Registrar;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Modules.Registrar;

/// <summary>A registrar with its location table, and REGISTER requests from a phone whose Call-ID is new in each unless told.</summary>
internal sealed class RegistrarRig
{
    private int _callIds;

    public RegistrarRig(RegistrarModule? module = null, UsrLocModule? locations = null, ScriptDialect dialect = ScriptDialect.OpenSer, Databases? databases = null,
        long later = 0)
    {
        Rig = new FrameRig(dialect);
        Rig.Advance(later);
        if (databases is not null)
            Rig.Host.Export(databases);
        Rig.Start(locations ?? new UsrLocModule());
        Module = Rig.Start(module ?? new RegistrarModule());
    }

    public FrameRig Rig { get; }

    /// <summary>The table "location" itself.</summary>
    public ILocationTable Table() => Rig.Host.Import<ILocationStore>()!.Table("location"u8);

    public RegistrarModule Module { get; }

    public string? Reply => Rig.Reply;

    /// <summary>The Contact values of the last reply.</summary>
    public string[] Contacts => FrameRig.Lines(Reply!, "Contact") is [var line] ? line.Split(", ") : [];

    /// <summary>save("location"): the code the script sees.</summary>
    public int Register(string headers = "", string to = "sip:bob@example.org", string? callId = null, uint cseq = 1, string flags = "") =>
        Module.Save(Frame(headers, to, callId, cseq), FrameRig.Text("location"), FrameRig.Text(flags)).Code;

    public int Save(Frame frame) => Module.Save(frame, FrameRig.Text("location")).Code;

    public Frame Frame(string headers, string to = "sip:bob@example.org", string? callId = null, uint cseq = 1, ParseFailure failure = ParseFailure.None)
    {
        callId ??= "call-" + (++_callIds).ToString(CultureInfo.InvariantCulture);
        return Rig.Frame($"""
            REGISTER sip:example.org SIP/2.0
            Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK1
            From: <{to}>;tag=1
            To: <{to}>
            Call-ID: {callId}
            CSeq: {cseq} REGISTER
            {(headers.Length == 0 ? "" : headers + "\n")}Content-Length: 0


            """, failure: failure);
    }
}
