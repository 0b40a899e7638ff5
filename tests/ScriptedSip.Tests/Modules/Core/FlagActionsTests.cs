using NUnit.Framework;
using ScriptedSip.Modules.Core;

namespace ScriptedSip.Tests.Modules.Core;

/// <summary>LANGUAGE 7: flags 0 to 31 of message, branch and script run.</summary>
[TestFixture]
internal sealed class FlagActionsTests
{
    private readonly ModuleBench _bench = new();
    private readonly FlagActions _flags = new();
    private readonly StateVariables _state = new();

    [Test]
    public void Message_flags_are_set_tested_and_reset()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _flags.SetFlag(frame, 31);
        _flags.SetFlag(frame, 0);
        Assert.That(frame.Flags, Is.EqualTo(0x80000001));
        Assert.That(_flags.IsFlagSet(frame, 31).Code, Is.EqualTo(1));
        Assert.That(_flags.IsFlagSet(frame, 1).Code, Is.EqualTo(-1));
        Assert.That(_state.MessageFlags(frame).Number, Is.EqualTo(0x80000001));
        Assert.That(_state.MessageFlagsInHex(frame).ToString(), Is.EqualTo("80000001"));
        _flags.ResetFlag(frame, 31);
        Assert.That(frame.Flags, Is.EqualTo(1));
    }

    [TestCase(-1)]
    [TestCase(32)]
    public void Number_outside_0_to_31_is_refused(int flag)
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        Assert.That(_flags.SetFlag(frame, flag).Code, Is.EqualTo(-1));
        Assert.That(_flags.IsFlagSet(frame, flag).Code, Is.EqualTo(-1));
        Assert.That(_flags.SetBranchFlag(frame, flag).Code, Is.EqualTo(-1));
        Assert.That(_flags.SetScriptFlag(frame, flag).Code, Is.EqualTo(-1));
        Assert.That(frame.Flags | frame.BranchFlags | frame.ScriptFlags, Is.Zero);
    }

    [Test]
    public void Branch_flags_belong_to_their_branch()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        frame.AppendBranch(new ScriptedSip.Script.Api.BranchTarget { Uri = ModuleBench.Text("sip:x") });
        _flags.SetBranchFlag(frame, 2);
        _flags.SetBranchFlag(frame, 3, 1);
        Assert.That(frame.BranchFlags, Is.EqualTo(4));
        Assert.That(frame.Branches[0].Flags, Is.EqualTo(8));
        Assert.That(_flags.IsBranchFlagSet(frame, 3, 1).Code, Is.EqualTo(1));
        Assert.That(_flags.IsBranchFlagSet(frame, 2, 1).Code, Is.EqualTo(-1));
        Assert.That(_flags.SetBranchFlag(frame, 3, 2).Code, Is.EqualTo(-1));
        _flags.ResetBranchFlag(frame, 3, 1);
        Assert.That(frame.Branches[0].Flags, Is.Zero);
        Assert.That(_state.BranchFlagsInHex(frame).ToString(), Is.EqualTo("00000004"));
    }

    [Test]
    public void Script_flags_end_with_the_run()
    {
        var frame = _bench.Receive(ModuleBench.Invite);
        _flags.SetScriptFlag(frame, 1);
        Assert.That(_flags.IsScriptFlagSet(frame, 1).Code, Is.EqualTo(1));
        _bench.Context.Return(frame);
        Assert.That(_flags.IsScriptFlagSet(_bench.Receive(ModuleBench.Invite), 1).Code, Is.EqualTo(-1));
    }
}
