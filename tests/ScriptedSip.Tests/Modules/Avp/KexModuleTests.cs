using ScriptedSip.Modules.Avp;

namespace ScriptedSip.Tests.Modules.Avp;

/// <summary>The kex module: what is left of it beside core actions.</summary>
internal sealed class KexModuleTests
{
    [Test]
    public void Debug_level_is_set_and_goes_back_to_that_of_the_start()
    {
        var bench = new ModuleBench();
        var module = bench.Start(new KexModule());
        var frame = bench.Receive(ModuleBench.Invite);
        module.SetDebug(frame, -1);
        Assert.That(bench.Log.Threshold, Is.EqualTo(-1));
        module.ResetDebug(frame);
        Assert.That(bench.Log.Threshold, Is.EqualTo(3));
    }
}
