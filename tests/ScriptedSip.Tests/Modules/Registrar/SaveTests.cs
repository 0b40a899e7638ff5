using System.Text.RegularExpressions;
using ScriptedSip.Modules.Registrar;
using ScriptedSip.Modules.UsrLoc;
using ScriptedSip.Script.Api;
using ScriptedSip.Script.Text;
using ScriptedSip.Sip.Parsing;

namespace ScriptedSip.Tests.Modules.Registrar;

/// <summary>RFC 3261 10.3, step by step, and the parameters of the registrar module.</summary>
public sealed class SaveTests
{
    private RegistrarRig _rig = null!;

    [SetUp]
    public void Start() => _rig = new RegistrarRig();

    [Test]
    public void New_contact_is_bound_and_told()
    {
        Assert.That(_rig.Register("Contact: <sip:bob@192.0.2.1:5060>;expires=120"), Is.EqualTo(1));
        Assert.That(_rig.Reply, Is.EqualTo("200 OK\r\nContact: <sip:bob@192.0.2.1:5060>;expires=120\r\n"));
    }

    /// <summary>Step 8: the 200 lists all current bindings, and a request without Contact only asks for them.</summary>
    [Test]
    public void Request_without_contact_lists_the_bindings()
    {
        _rig.Register("Contact: <sip:a@h1>;expires=100");
        _rig.Register("Contact: <sip:b@h2>;expires=200");
        _rig.Rig.Advance(30_500);
        _rig.Register();
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:a@h1>;expires=70", "<sip:b@h2>;expires=170" }));
    }

    [Test]
    public void Request_without_contact_for_an_unknown_address_lists_nothing()
    {
        Assert.That(_rig.Register(), Is.EqualTo(1));
        Assert.That(_rig.Reply, Is.EqualTo("200 OK\r\n"));
    }

    [Test]
    public void Binding_ends_with_its_time()
    {
        _rig.Register("Contact: <sip:a@h>;expires=60");
        _rig.Rig.Advance(59_999);
        _rig.Register();
        Assert.That(_rig.Contacts, Has.Length.EqualTo(1));
        _rig.Rig.Advance(1);
        _rig.Register();
        Assert.That(_rig.Contacts, Is.Empty);
    }

    /// <summary>RFC 3261 10.2.1.1: the parameter goes before the header, the header before the default; 20.10: malformed means an hour.</summary>
    [TestCase("Contact: <sip:a@h>", 3600)]
    [TestCase("Expires: 200\nContact: <sip:a@h>", 200)]
    [TestCase("Expires: 500\nContact: <sip:a@h>;expires=70", 70)]
    [TestCase("Contact: <sip:a@h>;expires=\"80\"", 80)]
    [TestCase("Contact: <sip:a@h>;expires=soon", 3600)]
    [TestCase("Expires: 99999999999999\nContact: <sip:a@h>", 4294967295)]
    [TestCase("Contact: <sip:a@h>;q=0.1;EXPIRES=90", 90)]
    public void Expires_is_taken_from_where_it_counts(string headers, long seconds)
    {
        _rig.Register(headers);
        Assert.That(_rig.Contacts[0], Does.EndWith($";expires={seconds}"));
    }

    [TestCase(5, 60)]
    [TestCase(60, 60)]
    [TestCase(700, 600)]
    public void Expires_is_kept_between_the_limits(int asked, int granted)
    {
        _rig = new RegistrarRig(new RegistrarModule { MinExpires = 60, MaxExpires = 600 });
        _rig.Register($"Contact: <sip:a@h>;expires={asked}");
        Assert.That(_rig.Contacts[0], Does.EndWith($";expires={granted}"));
    }

    /// <summary>RFC 3261 10.3 step 7, 21.4.17.</summary>
    [Test]
    public void Too_short_a_time_is_answered_423_when_told_to()
    {
        _rig = new RegistrarRig(new RegistrarModule { MinExpires = 60, MinExpiresMode = 1 });
        Assert.That(_rig.Register("Contact: <sip:a@h>;expires=59"), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("423 Interval Too Brief\r\n").And.Contain("\r\nMin-Expires: 60\r\n"));
        Assert.That(_rig.Register("Contact: <sip:a@h>;expires=0"), Is.EqualTo(1), "0 is a removal");
    }

    [Test]
    public void Expires_range_shortens_at_random_within_its_percentage()
    {
        _rig = new RegistrarRig(new RegistrarModule { ExpiresRange = 10 });
        var seen = new HashSet<int>();
        for (var i = 0; i < 50; i++)
        {
            _rig.Register($"Contact: <sip:a{i}@h>;expires=1000", to: $"sip:user{i}@example.org");
            seen.Add(int.Parse(Regex.Match(_rig.Contacts[0], @"expires=(\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        }
        Assert.That(seen, Has.All.InRange(900, 1000));
        Assert.That(seen, Has.Count.GreaterThan(1));
    }

    [Test]
    public void Default_expires_range_varies_the_default_up_and_down()
    {
        _rig = new RegistrarRig(new RegistrarModule { DefaultExpires = 1000, DefaultExpiresRange = 10 });
        var seen = new List<long>();
        for (var i = 0; i < 100; i++)
        {
            _rig.Register("Contact: <sip:a@h>", to: $"sip:user{i}@example.org");
            seen.Add(long.Parse(_rig.Contacts[0].Split('=')[1], System.Globalization.CultureInfo.InvariantCulture));
        }
        Assert.That(seen, Has.All.InRange(900, 1100).And.Some.GreaterThan(1000).And.Some.LessThan(1000));
        _rig.Register("Contact: <sip:a@h>;expires=1000");
        Assert.That(_rig.Contacts[0], Does.EndWith("=1000"));
    }

    /// <summary>RFC 3261 10.2.2.</summary>
    [Test]
    public void Contact_with_expires_0_is_removed_alone()
    {
        _rig.Register("Contact: <sip:a@h1>, <sip:b@h2>");
        _rig.Register("Contact: <sip:a@h1>;expires=0");
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:b@h2>;expires=3600" }));
    }

    [Test]
    public void Expires_header_0_removes_the_contacts_named()
    {
        _rig.Register("Contact: <sip:a@h1>, <sip:b@h2>, <sip:c@h3>");
        _rig.Register("Expires: 0\nContact: <sip:a@h1>\nContact: <sip:b@h2>;expires=50");
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:b@h2>;expires=60", "<sip:c@h3>;expires=3600" }));
    }

    /// <summary>Step 6.</summary>
    [Test]
    public void Star_with_expires_0_removes_everything()
    {
        _rig.Register("Contact: <sip:a@h1>, <sip:b@h2>");
        Assert.That(_rig.Register("Contact: *\nExpires: 0"), Is.EqualTo(1));
        Assert.That(_rig.Reply, Is.EqualTo("200 OK\r\n"));
    }

    [TestCase("Contact: *")]
    [TestCase("Contact: *\nExpires: 60")]
    [TestCase("Contact: *\nExpires: x")]
    [TestCase("Contact: *, <sip:a@h1>\nExpires: 0", ParseFailure.BadContact)]
    [TestCase("Contact: <sip:new@h1>\nContact: *\nExpires: 0", ParseFailure.BadContact)]
    public void Star_that_is_not_alone_with_expires_0_is_refused_and_changes_nothing(string headers, ParseFailure failure = ParseFailure.None)
    {
        _rig.Register("Contact: <sip:a@h1>");
        Assert.That(_rig.Save(_rig.Frame(headers, failure: failure)), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("400 Bad Request\r\n"));
        _rig.Register();
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:a@h1>;expires=3600" }));
    }

    /// <summary>Steps 6 and 7.</summary>
    [Test]
    public void Older_cseq_of_the_same_call_id_is_refused()
    {
        _rig.Register("Contact: <sip:a@h>;expires=100", callId: "x", cseq: 10);
        Assert.That(_rig.Register("Contact: <sip:a@h>;expires=500", callId: "x", cseq: 9), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("400 "));
        Assert.That(_rig.Register("Contact: *\nExpires: 0", callId: "x", cseq: 10), Is.EqualTo(-1));
        _rig.Register();
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:a@h>;expires=100" }));
    }

    [Test]
    public void Retransmission_is_answered_alike()
    {
        _rig.Register("Contact: <sip:a@h>;expires=100", callId: "x", cseq: 10);
        Assert.That(_rig.Register("Contact: <sip:a@h>;expires=100", callId: "x", cseq: 10), Is.EqualTo(1));
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:a@h>;expires=100" }));
    }

    [Test]
    public void Refresh_from_another_call_id_counts()
    {
        _rig.Register("Contact: <sip:a@h>;expires=100", callId: "x", cseq: 10);
        _rig.Register("Contact: <sip:a@h>;expires=300", callId: "y", cseq: 1);
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:a@h>;expires=300" }));
    }

    /// <summary>Step 8 and 25.1 qvalue.</summary>
    [TestCase("0.3", "0.3")]
    [TestCase("0.900", "0.9")]
    [TestCase("1.0", "1")]
    [TestCase("0", "0")]
    [TestCase("0.125", "0.125")]
    public void Preference_is_kept(string q, string told)
    {
        _rig.Register($"Contact: <sip:a@h>;q={q}");
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { $"<sip:a@h>;q={told};expires=3600" }));
    }

    [TestCase("1.5")]
    [TestCase("high")]
    [TestCase("0.1234")]
    public void Malformed_q_is_refused(string q)
    {
        Assert.That(_rig.Register($"Contact: <sip:a@h>;q={q}"), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("400 "));
    }

    [Test]
    public void Default_q_is_given_to_contacts_without()
    {
        _rig = new RegistrarRig(new RegistrarModule { DefaultQ = 500 });
        _rig.Register("Contact: <sip:a@h>, <sip:b@h>;q=0.7");
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:b@h>;q=0.7;expires=3600", "<sip:a@h>;q=0.5;expires=3600" }));
    }

    /// <summary>RFC 3261 7.3.1: one line or several are the same; a comma in a display name is none.</summary>
    [Test]
    public void Contacts_in_any_writing_are_all_bound()
    {
        _rig.Register("m: \"X, Y\" <sip:a@192.0.2.1;p=1>;expires=90, <sip:b@192.0.2.2>;expires=80,sip:c@192.0.2.3;expires=70\nContact: Z\n <sip:d@192.0.2.4>");
        Assert.That(_rig.Contacts, Is.EqualTo(new[]
        {
            "<sip:a@192.0.2.1;p=1>;expires=90", "<sip:b@192.0.2.2>;expires=80", "<sip:c@192.0.2.3>;expires=70", "<sip:d@192.0.2.4>;expires=3600",
        }));
    }

    /// <summary>RFC 3261 10.3 step 5.</summary>
    [TestCase("sip:bob@example.org", "sip:BOB@example.org", true)]
    [TestCase("sip:bob@example.org", "sip:b%6fb@other.example", true)]
    [TestCase("sip:bob@example.org", "sip:bob@example.org;user=phone", true)]
    [TestCase("sip:bob@example.org", "sip:bobby@example.org", false)]
    public void Address_of_record_is_compared_in_canonical_form(string first, string second, bool same)
    {
        _rig.Register("Contact: <sip:a@h>", to: first);
        _rig.Register(to: second);
        Assert.That(_rig.Contacts, Has.Length.EqualTo(same ? 1 : 0));
    }

    [Test]
    public void Case_sensitive_tells_users_apart()
    {
        _rig = new RegistrarRig(new RegistrarModule { CaseSensitive = true });
        _rig.Register("Contact: <sip:a@h>", to: "sip:bob@example.org");
        _rig.Register(to: "sip:Bob@example.org");
        Assert.That(_rig.Contacts, Is.Empty);
    }

    [Test]
    public void Use_domain_tells_domains_apart()
    {
        _rig = new RegistrarRig(new RegistrarModule { RealmPrefix = "sip." }, new UsrLocModule { UsesDomain = true });
        _rig.Register("Contact: <sip:a@h>", to: "sip:bob@example.org");
        _rig.Register(to: "sip:bob@other.example");
        Assert.That(_rig.Contacts, Is.Empty);
        _rig.Register(to: "sip:bob@SIP.Example.ORG".Replace("SIP.", "sip.", StringComparison.Ordinal));
        Assert.That(_rig.Contacts, Has.Length.EqualTo(1));
    }

    [Test]
    public void To_without_user_is_refused()
    {
        Assert.That(_rig.Register("Contact: <sip:a@h>", to: "sip:example.org"), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("400 "));
    }

    [Test]
    public void Contact_limit_is_answered_503_with_retry_after()
    {
        _rig = new RegistrarRig(new RegistrarModule { MaxContacts = 1, RetryAfter = 30 });
        _rig.Register("Contact: <sip:a@h>");
        Assert.That(_rig.Register("Contact: <sip:b@h>"), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("503 ").And.Contain("Retry-After: 30\r\n"));
    }

    [Test]
    public void Contact_that_is_too_long_is_refused()
    {
        Assert.That(_rig.Register($"Contact: <sip:{new string('a', 600)}@h>"), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("400 "));
    }

    [TestCase("2", false)]
    [TestCase("0x02", false)]
    [TestCase("r", false)]
    [TestCase("1", true)]
    public void Flags_tell_whether_to_answer(string flags, bool answers)
    {
        Assert.That(_rig.Register("Contact: <sip:a@h>", flags: flags), Is.EqualTo(1));
        Assert.That(_rig.Reply, answers ? Is.Not.Null : Is.Null);
    }

    [Test]
    public void Flag_4_leaves_only_the_contacts_of_the_request()
    {
        _rig.Register("Contact: <sip:a@h>, <sip:b@h>");
        _rig.Register("Contact: <sip:c@h>", flags: "4");
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:c@h>;expires=3600" }));
    }

    [Test]
    public void Letter_c_limits_the_contacts()
    {
        _rig.Register("Contact: <sip:a@h>", flags: "c1");
        Assert.That(_rig.Register("Contact: <sip:b@h>", flags: "c1"), Is.EqualTo(-1));
    }

    [Test]
    public void Letter_f_lets_the_oldest_contact_make_room()
    {
        _rig.Register("Contact: <sip:a@h>", flags: "c2f");
        _rig.Rig.Advance(1000);
        _rig.Register("Contact: <sip:b@h>", flags: "c2f");
        _rig.Rig.Advance(1000);
        Assert.That(_rig.Register("Contact: <sip:c@h>", flags: "c2f"), Is.EqualTo(1));
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:b@h>;expires=3599", "<sip:c@h>;expires=3600" }));
    }

    [Test]
    public void Letter_o_tells_only_the_contacts_of_the_request()
    {
        _rig.Register("Contact: <sip:a@h>");
        _rig.Register("Contact: <sip:b@h>", flags: "o");
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:b@h>;expires=3600" }));
    }

    [Test]
    public void Save_noreply_answers_nothing()
    {
        var frame = _rig.Frame("Contact: <sip:a@h>");
        Assert.That(_rig.Module.SaveSilently(frame, FrameRig.Text("location")), Is.EqualTo(Outcome.True));
        Assert.That(_rig.Reply, Is.Null);
        Assert.That(_rig.Module.IsRegistered(frame, FrameRig.Text("location"), FrameRig.Text("sip:bob@x")), Is.EqualTo(Outcome.True));
    }

    [Test]
    public void Uri_argument_goes_before_to()
    {
        var frame = _rig.Frame("Contact: <sip:a@h>");
        _rig.Module.Save(frame, FrameRig.Text("location"), default, FrameRig.Text("sip:carol@example.org"));
        Assert.That(_rig.Module.IsRegistered(frame, FrameRig.Text("location"), FrameRig.Text("sip:carol@x")), Is.EqualTo(Outcome.True));
        Assert.That(_rig.Module.IsRegistered(frame, FrameRig.Text("location"), FrameRig.Text("sip:bob@x")), Is.EqualTo(Outcome.False));
    }

    [Test]
    public void Address_avp_goes_before_to_and_request_uri()
    {
        _rig = new RegistrarRig(new RegistrarModule { AddressAvp = "$avp(aor)" });
        var frame = _rig.Frame("Contact: <sip:a@h>");
        frame.Avps.Add(AvpList.NameOf("aor"), Value.FromText(FrameRig.Text("sip:carol@example.org")));
        _rig.Save(frame);
        Assert.That(_rig.Module.IsRegistered(frame, FrameRig.Text("location")), Is.EqualTo(Outcome.True));
        Assert.That(_rig.Module.IsRegistered(frame, FrameRig.Text("location"), FrameRig.Text("sip:bob@x")), Is.EqualTo(Outcome.False));
    }

    [Test]
    public void Flood_of_contacts_is_refused_even_without_a_limit()
    {
        Assert.That(_rig.Register("Contact: " + string.Join(",", Enumerable.Range(0, 1000).Select(i => $"<sip:a{i}@h>"))), Is.EqualTo(1));
        Assert.That(_rig.Register("Contact: <sip:one@h>"), Is.EqualTo(-1));
        Assert.That(_rig.Reply, Does.StartWith("503 "));
    }

    [Test]
    public void Kamailio_scripts_see_what_was_done()
    {
        _rig = new RegistrarRig(new RegistrarModule { MaxContacts = 1 }, dialect: ScriptDialect.Kamailio);
        Assert.That(_rig.Register("Contact: <sip:a@h>"), Is.EqualTo(1));
        Assert.That(_rig.Register("Contact: <sip:a@h>"), Is.EqualTo(2));
        Assert.That(_rig.Register(), Is.EqualTo(4));
        Assert.That(_rig.Register("Contact: <sip:b@h>"), Is.EqualTo(-2));
        Assert.That(_rig.Register("Contact: <sip:a@h>;expires=0"), Is.EqualTo(3));
        Assert.That(_rig.Register("Contact: *"), Is.EqualTo(-1));
    }

    [Test]
    public void Received_avp_is_kept_and_told()
    {
        _rig = new RegistrarRig(new RegistrarModule { ReceivedAvp = "$avp(i:42)" });
        var frame = _rig.Frame("Contact: <sip:a@10.0.0.1>");
        frame.Avps.Add(AvpList.NameOf("i:42"), Value.FromText(FrameRig.Text("sip:203.0.113.7:4001")));
        _rig.Save(frame);
        Assert.That(_rig.Contacts, Is.EqualTo(new[] { "<sip:a@10.0.0.1>;expires=3600;received=\"sip:203.0.113.7:4001\"" }));
    }

    /// <summary>RFC 3327 5.3.</summary>
    [TestCase(0, "Supported: path", 200, false)]
    [TestCase(1, "Supported: 100rel, PATH", 200, true)]
    [TestCase(1, "Supported: 100rel", 200, false)]
    [TestCase(2, "Supported: path", 200, true)]
    [TestCase(2, "Supported: 100rel", 420, false)]
    public void Path_is_kept_and_told_as_the_mode_says(int mode, string supported, int code, bool told)
    {
        _rig = new RegistrarRig(new RegistrarModule { UsesPath = true, PathModeNumber = mode });
        _rig.Register($"{supported}\nPath: <sip:p1.example;lr>\nPath: <sip:p2.example;lr>\nContact: <sip:a@h>");
        Assert.That(_rig.Reply, Does.StartWith($"{code} "));
        Assert.That(_rig.Reply!.Contains("\r\nPath: <sip:p1.example;lr>,<sip:p2.example;lr>\r\n", StringComparison.Ordinal), Is.EqualTo(told));
        Assert.That(_rig.Reply.Contains("Unsupported: path", StringComparison.Ordinal), Is.EqualTo(code == 420));
    }

    [Test]
    public void Refresh_allocates_nothing()
    {
        _rig.Rig.KeepsReplies = false;
        var frames = Enumerable.Range(1, 102).Select(i => _rig.Frame("Contact: <sip:a@h>;expires=100", callId: "x", cseq: (uint)i)).ToArray();
        var table = FrameRig.Text("location");
        _rig.Module.Save(frames[0], table);
        _rig.Module.Save(frames[1], table);
        _rig.Rig.Context.Arena.Reset();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < frames.Length; i++)
        {
            _rig.Module.Save(frames[i], table);
            _rig.Rig.Context.Arena.Reset();
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
