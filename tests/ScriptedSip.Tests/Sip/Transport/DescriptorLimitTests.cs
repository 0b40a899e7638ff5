using ScriptedSip.Sip.Transport;

namespace ScriptedSip.Tests.Sip.Transport;

[TestFixture]
internal sealed class DescriptorLimitTests
{
    [TestCase(256, 128)]
    [TestCase(1024, 832)]
    [TestCase(65536, 65344)]
    [TestCase(int.MaxValue, int.MaxValue - 192)]
    public void Connections_leave_descriptors_for_the_rest_of_the_program(int descriptors, int connections) =>
        Assert.That(DescriptorLimit.Connections(descriptors), Is.EqualTo(connections));

    [Test]
    [Platform("Linux")]
    public void Current_limit_is_that_of_the_process()
    {
        var line = File.ReadLines("/proc/self/limits").Single(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Assert.That(DescriptorLimit.Current, Is.EqualTo(soft == "unlimited" ? int.MaxValue : int.Parse(soft, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
