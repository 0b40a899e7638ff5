namespace ScriptedSip.Sip.Transport;

/// <summary>A NAPTR record that rewrites (RFC 3403 4.1), as ENUM has them (RFC 6116 3).</summary>
/// <param name="Order">Lower ones come first, 0 to 65,535.</param>
/// <param name="Preference">Among those of one order lower ones come first.</param>
/// <param name="Flags">In upper case.</param>
/// <param name="Services">In upper case.</param>
/// <param name="Substitution">The regexp field: <c>!expression!replacement!flags</c>; empty when the record names another one instead.</param>
public readonly record struct NaptrRule(int Order, int Preference, string Flags, string Services, string Substitution);
