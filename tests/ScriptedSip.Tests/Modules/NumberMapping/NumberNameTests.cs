using ScriptedSip.Modules.NumberMapping;

namespace ScriptedSip.Tests.Modules.NumberMapping;

/// <summary>Numbers as names in DNS (RFC 6116 3.2), and the services of their records (3.4.3; enum manual, 1).</summary>
internal sealed class NumberNameTests
{
    [TestCase("+35831234567", "e164.arpa.", "7.6.5.4.3.2.1.3.8.5.3.e164.arpa")]
    [TestCase("+12", "Example.COM", "2.1.example.com")]
    public void Number_is_named_by_its_digits_backwards(string number, string suffix, string name) =>
        Assert.That(NumberName.OfNumber(number, suffix), Is.EqualTo(name));

    // The manual's examples: i.1.e164.arpa, i.3.4.e164.arpa, i.2.5.3.e164.arpa.
    [TestCase("+12345", "5.4.3.2.i.1.e164.arpa")]
    [TestCase("+4312", "2.1.i.3.4.e164.arpa")]
    [TestCase("+35212", "2.1.i.2.5.3.e164.arpa")]
    [TestCase("+43", "i.3.4.e164.arpa")]
    public void Carriers_tree_branches_off_behind_the_country_code(string number, string name) =>
        Assert.That(NumberName.OfCarriers(number, "i", "e164.arpa."), Is.EqualTo(name));

    [TestCase("1234*256", "4.3.2.1.256.freenum.org")]
    [TestCase("1234", null)]
    [TestCase("*256", null)]
    [TestCase("12*", null)]
    [TestCase("1a*2", null)]
    [TestCase("1*2*3", null)]
    public void Subscriber_number_is_digits_a_star_and_digits(string user, string? name) => Assert.That(NumberName.OfSubscriber(user, "freenum.org."), Is.EqualTo(name));

    [TestCase("+12", true)]
    [TestCase("+12345678901234567890", true)]
    [TestCase("+123456789012345678901", false)]
    [TestCase("+1", false)]
    [TestCase("4930", false)]
    [TestCase("+49-30", false)]
    [TestCase("", false)]
    public void Number_is_a_plus_and_2_to_20_digits(string user, bool isNumber) => Assert.That(NumberName.IsNumber(user), Is.EqualTo(isNumber));

    [TestCase("E2U+SIP", "", true)]
    [TestCase("e2u+sip", "", true)]
    [TestCase("E2U+VOICE:SIP", "", false)]
    [TestCase("E2U+VOICE:SIP", "voice", true)]
    [TestCase("E2U+SIP", "voice", false)]
    [TestCase("E2U+VOICE:SIP+VIDEO:SIP", "+video:sip", true)]
    [TestCase("E2U+SIP", "+video:sip+sip", true)]
    [TestCase("E2U+EMAIL:MAILTO", "+video:sip+sip", false)]
    [TestCase("SIP+D2U", "", false)]
    public void Service_is_matched_as_the_script_names_it(string services, string wanted, bool matches) =>
        Assert.That(NumberService.Matches(services, wanted), Is.EqualTo(matches));
}
