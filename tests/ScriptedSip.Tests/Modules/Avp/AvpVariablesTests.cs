using NUnit.Framework;
using ScriptedSip.Modules.Avp;
using ScriptedSip.Script.Api;

namespace ScriptedSip.Tests.Modules.Avp;

/// <summary>LANGUAGE 11, measured: $avp(a)="1"; $avp(a)="2" leaves 2 on top, [1] is 1, [*] prints "2, 1"; $(avp(a)[*])="9" leaves only 9.</summary>
[TestFixture]
internal sealed class AvpVariablesTests
{
    private static readonly int Name = AvpList.NameOf("a");

    private readonly ModuleBench _bench = new();
    private readonly AvpVariables _avp = new();

    [Test]
    public void Set_puts_a_new_value_on_top()
    {
        var frame = WithTwoValues();
        Assert.That(_avp.Get(frame, Name, 0).ToString(), Is.EqualTo("2"));
        Assert.That(_avp.Get(frame, Name, 1).ToString(), Is.EqualTo("1"));
        Assert.That(_avp.Get(frame, Name, -1).ToString(), Is.EqualTo("1"));
        Assert.That(_avp.Get(frame, Name, 2).IsNull, Is.True);
        Assert.That(_avp.Get(frame, Name, SipVariableAttribute.AllValues).ToString(), Is.EqualTo("2, 1"));
    }

    [TestCase(SipVariableAttribute.AllValues, AssignKind.Set)]
    [TestCase(0, AssignKind.Replace)]
    public void Set_replacing_leaves_one_value(int index, AssignKind kind)
    {
        var frame = WithTwoValues();
        _avp.Set(frame, Name, index, kind, Value.FromInt(9));
        Assert.That(_avp.Get(frame, Name, SipVariableAttribute.AllValues).ToString(), Is.EqualTo("9"));
        Assert.That(_avp.Get(frame, Name, 0).Number, Is.EqualTo(9));
    }

    [Test]
    public void Set_at_an_index_replaces_that_value()
    {
        var frame = WithTwoValues();
        _avp.Set(frame, Name, 1, AssignKind.Set, Value.FromText(ModuleBench.Text("x")));
        Assert.That(_avp.Get(frame, Name, SipVariableAttribute.AllValues).ToString(), Is.EqualTo("2, x"));
    }

    [Test]
    public void Set_null_takes_the_newest_away()
    {
        var frame = WithTwoValues();
        _avp.Set(frame, Name, 0, AssignKind.Set, Value.Null);
        Assert.That(_avp.Get(frame, Name, 0).ToString(), Is.EqualTo("1"));
        _avp.Set(frame, Name, SipVariableAttribute.AllValues, AssignKind.Set, Value.Null);
        Assert.That(_avp.Get(frame, Name, 0).IsNull, Is.True);
    }

    [Test]
    public void Pv_module_tests_and_unsets()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        var module = new PvModule();
        var variable = new TestVariable { Value = Value.FromText(ModuleBench.Text("")) };
        Assert.That(module.IsSet(frame, variable).Code, Is.EqualTo(1));
        Assert.That(module.IsNotEmpty(frame, variable).Code, Is.EqualTo(-1));
        Assert.That(module.IsInt(frame, variable).Code, Is.EqualTo(-1));
        Assert.That(module.Unset(frame, variable).Code, Is.EqualTo(1));
        Assert.That(module.IsSet(frame, variable).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Kex_printf_assigns_the_rendered_text()
    {
        var variable = new TestVariable();
        new KexModule().Printf(_bench.Receive(ModuleBench.Invite), variable, ModuleBench.Format("made"));
        Assert.That(variable.Value.ToString(), Is.EqualTo("made"));
    }

    private Frame WithTwoValues()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _avp.Set(frame, Name, 0, AssignKind.Set, Value.FromText(ModuleBench.Text("1")));
        _avp.Set(frame, Name, 0, AssignKind.Set, Value.FromText(ModuleBench.Text("2")));
        return frame;
    }
}
