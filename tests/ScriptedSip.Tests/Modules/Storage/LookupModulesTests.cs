using ScriptedSip.Modules.AliasDb;
using ScriptedSip.Modules.Domain;
using ScriptedSip.Modules.Group;
using ScriptedSip.Modules.Permissions;
using ScriptedSip.Modules.SipUtils;
using ScriptedSip.Modules.SpeedDial;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Storage;

/// <summary>The modules that look something up in a table: alias_db, speeddial, group, domain, permissions, uri_db.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LookupModulesTests : IDisposable
{
    private readonly TableBench _tables = new();

    public void Dispose() => _tables.Dispose();

    [Test]
    public void Alias_becomes_the_uri_of_its_user()
    {
        _tables.Sql("INSERT INTO dbaliases (alias_username, alias_domain, username, domain) VALUES ('bob', 'example.com', 'robert', 'example.org')");
        var module = Start(new AliasDbModule());
        var frame = _tables.Invite();
        Assert.That(module.Lookup(frame, Text("dbaliases")).Code, Is.EqualTo(1));
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:robert@example.org"));
        Assert.That(module.Lookup(_tables.Invite("sip:nobody@example.com"), Text("dbaliases")).Code, Is.EqualTo(-1));
    }

    [TestCase("sip:bob@EXAMPLE.com", 1)]
    [TestCase("sip:bob@other.example", -1)]
    public void Alias_with_use_domain_counts_in_its_domain_only(string uri, int code)
    {
        _tables.Sql("INSERT INTO dbaliases (alias_username, alias_domain, username, domain) VALUES ('bob', 'example.com', 'robert', 'example.org')");
        Assert.That(Start(new AliasDbModule { UsesDomain = true }).Lookup(_tables.Invite(uri), Text("dbaliases")).Code, Is.EqualTo(code));
    }

    [Test]
    public void Alias_of_several_users_makes_branches()
    {
        _tables.Sql("INSERT INTO dbaliases (alias_username, alias_domain, username, domain) VALUES ('bob', 'a', 'one', 'h'), ('bob', 'b', 'two', 'h')");
        var frame = _tables.Invite();
        Start(new AliasDbModule { AppendsBranches = true }).Lookup(frame, Text("dbaliases"));
        Assert.That((frame.NewUri.ToString(), frame.Branches[0].Uri.ToString()), Is.EqualTo(("sip:one@h", "sip:two@h")));
    }

    [Test]
    public void Alias_is_found_in_both_directions()
    {
        _tables.Sql("INSERT INTO dbaliases (alias_username, alias_domain, username, domain) VALUES ('bob', 'h', 'robert', 'h')");
        var module = Start(new AliasDbModule());
        var result = new TestVariable();
        Assert.That(module.FindAlias(_tables.Invite(), Text("dbaliases"), Text("sip:bob@h"), result).Code, Is.EqualTo(1));
        Assert.That(result.Value.ToString(), Is.EqualTo("sip:robert@h"));
        module.FindAlias(_tables.Invite(), Text("dbaliases"), Text("sip:robert@h"), result, Text("r"));
        Assert.That(result.Value.ToString(), Is.EqualTo("sip:bob@h"));
    }

    [Test]
    public void Short_number_is_the_callers_own()
    {
        _tables.Sql("INSERT INTO speed_dial (username, domain, sd_username, sd_domain, new_uri) VALUES ('alice', 'atlanta.example', '22', 'example.com', 'sip:carol@example.org'), ('eve', 'x', '22', 'y', 'sip:eve@x')");
        var module = Start(new SpeedDialModule());
        var frame = _tables.Invite("sip:22@example.com");
        Assert.That(module.Lookup(frame, Text("speed_dial")).Code, Is.EqualTo(1));
        Assert.That(frame.NewUri.ToString(), Is.EqualTo("sip:carol@example.org"));
        Assert.That(module.Lookup(_tables.Invite("sip:23@example.com"), Text("speed_dial")).Code, Is.EqualTo(-1));
        Assert.That(Start(new SpeedDialModule { UsesDomain = true }).Lookup(_tables.Invite("sip:22@other.example"), Text("speed_dial")).Code, Is.EqualTo(-1));
    }

    [TestCase("Request-URI", "voicemail", 1)]
    [TestCase("Request-URI", "pstn", -1)]
    [TestCase("From", "pstn", 1)]
    [TestCase("To", "voicemail", 1)]
    [TestCase("sip:alice@anywhere", "pstn", 1)]
    [TestCase("Credentials", "pstn", -1)]
    public void Group_is_that_of_the_user_named(string whose, string group, int code)
    {
        _tables.Sql("INSERT INTO grp (username, domain, grp) VALUES ('bob', 'example.com', 'voicemail'), ('alice', 'atlanta.example', 'pstn')");
        Assert.That(Start(new GroupModule()).IsUserIn(_tables.Invite(), Text(whose), Text(group)).Code, Is.EqualTo(code));
    }

    [Test]
    public void Group_numbers_come_from_expressions()
    {
        _tables.Sql("INSERT INTO re_grp (reg_exp, group_id) VALUES ('^sip:b.*@example\\.com$', 7), ('(', 8), ('^sip:x', 9)");
        var module = Start(new GroupModule { ExpressionTable = "re_grp" });
        var result = new TestVariable();
        Assert.That(module.GetGroups(_tables.Invite(), Text("Request-URI"), result).Code, Is.EqualTo(1));
        Assert.That(result.Value.Number, Is.EqualTo(7));
        Assert.That(module.GetGroups(_tables.Invite(), Text("From"), result).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Domain_is_local_when_the_table_has_it()
    {
        _tables.Sql("INSERT INTO domain (domain) VALUES ('Example.com')");
        var module = Start(new DomainModule());
        var frame = _tables.Invite("sip:bob@EXAMPLE.COM");
        Assert.That((module.IsUriLocal(frame).Code, module.IsFromLocal(frame).Code, module.IsDomainLocal(frame, Text("example.com")).Code), Is.EqualTo((1, -1, 1)));
        Assert.That((module.IsUriLocal(_tables.Invite("sip:bob@example.org")).Code, module.IsDomainLocal(frame, Text("example.org")).Code), Is.EqualTo((-1, -1)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Domain_means_this_server_when_told_so(bool registers)
    {
        _tables.Sql("INSERT INTO domain (domain) VALUES ('elsewhere.example')");
        Start(new DomainModule { RegistersMyself = registers });
        var names = _tables.Bench.Host.LocalNames;
        Assert.That((names.IsMyHost("Elsewhere.example"u8), names.IsMyself("elsewhere.example"u8, 5090, ScriptedSip.Sip.Transport.TransportProtocol.Tcp)), Is.EqualTo((registers, registers)));
        Assert.That(names.IsMyHost("other.example"u8), Is.False);
    }

    [Test]
    public void Attributes_of_a_domain_become_avps()
    {
        _tables.Sql("INSERT INTO domain (domain) VALUES ('example.com')");
        _tables.Sql("INSERT INTO domain_attrs (did, name, type, value) VALUES ('example.com', 'limit', 0, '7'), ('example.com', 'ring', 2, 'loud'), ('other', 'limit', 0, '9')");
        var module = Start(new DomainModule { LoadsAttributes = true });
        var frame = _tables.Invite();
        Assert.That(module.Lookup(frame, Text("example.com"), "d_").Code, Is.EqualTo(1));
        Assert.That((frame.Avps.Get(AvpList.NameOf("d_limit")).Number, frame.Avps.Get(AvpList.NameOf("d_ring")).ToString()), Is.EqualTo((7L, "loud")));
    }

    [TestCase("example.com", 1)]
    [TestCase("example.org", -1)]
    public void Domain_is_looked_up_by_its_name(string domain, int code)
    {
        _tables.Sql("INSERT INTO domain (domain) VALUES ('example.com')");
        Assert.That(Start(new DomainModule()).Lookup(_tables.Invite(), Text(domain)).Code, Is.EqualTo(code));
    }

    [Test]
    public void Source_address_belongs_to_the_groups_of_its_networks()
    {
        // The request comes from 192.0.2.1:5062.
        _tables.Sql("INSERT INTO address (grp, ip_addr, mask, port, tag) VALUES (1, '192.0.2.0', 24, 0, 'office'), (2, '192.0.2.1', 32, 5060, 'port'), (3, '2001:db8::', 32, 0, 'six'), (4, 'x', 32, 0, '')");
        var module = Start(new PermissionsModule { DatabaseUrl = _tables.Url });
        var frame = _tables.Invite();
        var tag = new TestVariable();
        Assert.That((module.AllowSource(frame).Code, module.AllowSource(frame, 2).Code, module.SourceGroup(frame).Code), Is.EqualTo((1, -1, 1)));
        Assert.That((module.CheckSource(frame, 1, tag).Code, tag.Value.ToString()), Is.EqualTo((1, "office")));
        Assert.That((module.AllowAddress(frame, 2, Text("192.0.2.1"), 5060).Code, module.AllowAddress(frame, 1, Text("192.0.3.1"), 0).Code), Is.EqualTo((1, -1)));
        Assert.That((module.AddressGroup(frame, Text("2001:db8:1::9"), 0).Code, module.CheckAddress(frame, 0, Text("2001:db9::1"), 0, Text("any")).Code), Is.EqualTo((3, -1)));
    }

    [Test]
    public void Trusted_peer_is_known_by_address_protocol_and_from()
    {
        _tables.Sql("INSERT INTO trusted (src_ip, proto, from_pattern, tag) VALUES ('192.0.2.1', 'tcp', NULL, 'wrong'), ('192.0.2.1', 'any', '^sip:alice@', 'gw1'), ('192.0.2.9', 'none', NULL, 'off')");
        var module = Start(new PermissionsModule { DatabaseUrl = _tables.Url, PeerTagAvp = "$avp(tag)" });
        var frame = _tables.Invite();
        Assert.That(module.AllowTrusted(frame).Code, Is.EqualTo(1));
        Assert.That(frame.Avps.Get(AvpList.NameOf("tag")).ToString(), Is.EqualTo("gw1"));
        Assert.That(module.AllowTrusted(frame, Text("192.0.2.9"), Text("udp")).Code, Is.EqualTo(-1));
    }

    [TestCase("sip:bob@example.com", false, 1)]
    [TestCase("sip:nobody@example.com", false, -1)]
    [TestCase("sip:bobby@example.com", true, 1)]
    [TestCase("sip:bob@example.com", true, -1)]
    public void Uri_exists_when_its_user_does(string uri, bool usesTable, int code)
    {
        _tables.Sql("INSERT INTO subscriber (username, domain) VALUES ('bob', 'example.com')");
        _tables.Sql("INSERT INTO uri (username, domain, uri_user) VALUES ('bob', 'example.com', 'bobby')");
        var module = _tables.Bench.Start(new UriDbModule { Tables = { DbUrl = _tables.Url, UsesUriTable = usesTable } });
        Assert.That(module.DoesUriExist(_tables.Invite(uri)).Code, Is.EqualTo(code));
        var early = _tables.Bench.Start(new UriModule { Tables = { DbUrl = _tables.Url, UsesUriTable = usesTable } });
        Assert.That(early.DoesUriExist(_tables.Invite(uri)).Code, Is.EqualTo(code), "as the module uri of SER has it");
    }

    [Test]
    public void Answers_are_remembered_while_the_database_is_gone()
    {
        _tables.Sql("INSERT INTO dbaliases (alias_username, alias_domain, username, domain) VALUES ('bob', 'h', 'robert', 'h')");
        var module = Start(new AliasDbModule());
        module.Lookup(_tables.Invite(), Text("dbaliases"));
        _tables.Lose();
        _tables.Bench.Clock.Milliseconds += 3600_000;
        Assert.That(module.Lookup(_tables.Invite(), Text("dbaliases")).Code, Is.EqualTo(1));
        Assert.That(module.Lookup(_tables.Invite("sip:other@h"), Text("dbaliases")).Code, Is.EqualTo(-1));
    }

    private T Start<T>(T module) where T : ScriptModule
    {
        if (module is ScriptedSip.Modules.Storage.DatabaseModule user)
            user.DatabaseUrl = _tables.Url;
        return _tables.Bench.Start(module);
    }

    private static ScriptedSip.Sip.Messages.Utf8Text Text(string text) => ModuleBench.Text(text);
}
