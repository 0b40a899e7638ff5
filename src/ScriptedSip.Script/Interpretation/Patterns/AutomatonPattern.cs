using System.Text.RegularExpressions;
using ScriptedSip.Script.Api;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Script.Interpretation.Patterns;

/// <summary>A pattern that knows by an automaton whether it matches; where, it asks a regular expression of .NET, made when somebody first wants to know.</summary>
internal sealed class AutomatonPattern(PatternAutomaton automaton, Lazy<Regex> regex) : BytePattern
{
    private readonly RegexPattern _places = new(regex);

    public override bool IsMatch(Frame frame, ReadOnlySpan<byte> text) => automaton.IsMatch(text);

    public override Slice Find(Frame frame, ReadOnlySpan<byte> text) => automaton.IsMatch(text) ? _places.Find(frame, text) : Slice.None;
}
