using NUnit.Framework;
using ScriptedSip.Modules.Attributes;
using ScriptedSip.Modules.Avp;

namespace ScriptedSip.Tests.Modules.Avp;

[TestFixture]
internal sealed class CfgUtilsModuleTests
{
    private readonly ModuleBench _bench = new();

    [Test]
    public void Chance_of_0_and_100_per_cent_is_certain()
    {
        var module = _bench.Start(new CfgUtilsModule());
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(module.GetProbability(frame).Code, Is.EqualTo(10));
        module.SetProbability(frame, 100);
        for (var i = 0; i < 200; i++)
            Assert.That(module.HappensByChance(frame).Code, Is.EqualTo(1));
        module.SetProbability(frame, 0);
        for (var i = 0; i < 200; i++)
            Assert.That(module.HappensByChance(frame).Code, Is.EqualTo(-1));
        Assert.That(module.SetProbability(frame, 101).Code, Is.EqualTo(-1));
        module.ResetProbability(frame);
        Assert.That(module.GetProbability(frame).Code, Is.EqualTo(10));
    }

    [Test]
    public void Global_flags_outlive_the_message()
    {
        var module = _bench.Start(new GFlagsModule { Initial = 2 });
        var frame = _bench.Receive(ModuleBench.Invite);
        module.Set(frame, 31);
        _bench.Context.Return(frame);
        frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(module.IsSet(frame, 31).Code, Is.EqualTo(1));
        Assert.That(module.IsSet(frame, 1).Code, Is.EqualTo(1));
        Assert.That(module.IsSet(frame, 0).Code, Is.EqualTo(-1));
        module.Reset(frame, 31);
        Assert.That(module.IsSet(frame, 31).Code, Is.EqualTo(-1));
        Assert.That(module.Set(frame, 32).Code, Is.EqualTo(-1));
    }

    [Test]
    public void Hash_is_stable_and_within_its_size()
    {
        var module = new CfgUtilsModule();
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(module.Hash(frame, ModuleBench.Text("a"), ModuleBench.Text("b"), 1).Code, Is.EqualTo(1));
        var code = module.Hash(frame, ModuleBench.Text("alice"), default, 16).Code;
        Assert.That(code, Is.InRange(1, 16));
        Assert.That(module.Hash(frame, ModuleBench.Text("ali"), ModuleBench.Text("ce"), 16).Code, Is.EqualTo(code));
        Assert.That(module.Hash(frame, ModuleBench.Text("a"), default, 0).Code, Is.EqualTo(-1));
    }
}
