using NUnit.Framework;
using ScriptedSip.Sip.Transport;
using ScriptedSip.Sip.Transport.Dns;

namespace ScriptedSip.Tests.Sip.Transport.Dns;

/// <summary>RFC 2782: the order of servers.</summary>
internal sealed class ServerOrderTests
{
    [Test]
    public void Lower_priority_comes_first_whatever_the_weight()
    {
        ServerGroup[] groups = [Group(1, 0, 1), Group(2, 1000, 2)];
        Assert.That(Order(groups, new Random(1)), Is.EqualTo("1 2"));
    }

    [Test]
    public void First_choice_is_in_proportion_to_weight()
    {
        ServerGroup[] groups = [Group(1, 30, 1), Group(1, 10, 2), Group(1, 0, 3)];
        var random = new Random(7);
        var firsts = new int[4];
        for (var i = 0; i < 4000; i++)
            firsts[Order(groups, random)[0] - '0']++;
        Assert.That(firsts[1], Is.InRange(2700, 3100));
        Assert.That(firsts[2], Is.InRange(850, 1150));
        Assert.That(firsts[3], Is.InRange(40, 200));
    }

    [Test]
    public void Every_server_is_in_the_order_once()
    {
        ServerGroup[] groups = [Group(1, 0, 1), Group(1, 0, 2), Group(1, 5, 3), Group(2, 1, 4)];
        var random = new Random(3);
        for (var i = 0; i < 100; i++)
            Assert.That(Order(groups, random).Split(' ').Order(), Is.EqualTo(new[] { "1", "2", "3", "4" }));
    }

    [Test]
    public void Avoided_server_goes_last_but_stays()
    {
        ServerGroup[] groups = [Group(1, 0, 1), Group(2, 0, 2), Group(3, 0, 3)];
        Assert.That(Order(groups, new Random(1), e => e.IPv4 == 1), Is.EqualTo("2 3 1"));
    }

    private static ServerGroup Group(int priority, int weight, uint address) => new(priority, weight, [new SipEndpoint(TransportProtocol.Udp, address, 5060)]);

    private static string Order(ServerGroup[] groups, Random random, Func<SipEndpoint, bool>? isAvoided = null) =>
        string.Join(' ', ServerOrder.Arrange(groups, random.Next, isAvoided ?? (_ => false)).Select(e => e.IPv4));
}
