using ScriptedSip.Script.Api;

namespace ScriptedSip.Script.Interpretation;

/// <summary>How two values compare: the rules of a family (LANGUAGE "Mixed types", "null").</summary>
internal abstract class Comparison
{
    /// <summary>SER, OpenSER, OpenSIPS: no regard to case, no conversion; different types compare to false whatever the operator.</summary>
    public static readonly Comparison Strict = new StrictComparison();

    /// <summary>Kamailio: case matters, the right side is converted to the type of the left.</summary>
    public static readonly Comparison Converting = new ConvertingComparison();

    /// <summary>Texts are equal whatever the case of their letters.</summary>
    public abstract bool IgnoresCase { get; }

    public abstract bool AreEqual(Frame frame, in Value left, in Value right);

    /// <summary><c>!=</c>: not always the opposite of <see cref="AreEqual"/>.</summary>
    public abstract bool Differ(Frame frame, in Value left, in Value right);

    /// <summary>Less than 0, 0 or more than 0; null when they cannot be compared.</summary>
    public abstract int? Order(in Value left, in Value right);


    private sealed class StrictComparison : Comparison
    {
        public override bool IgnoresCase => true;

        public override bool AreEqual(Frame frame, in Value left, in Value right)
        {
            if (left.IsNull || right.IsNull)
                return left.IsNull && right.IsNull;
            if (left.IsInt && right.IsInt)
                return left.Number == right.Number;
            return left.IsText && right.IsText && LetterCase.EqualsIgnoreCase(left.Text.Span, right.Text.Span);
        }

        public override bool Differ(Frame frame, in Value left, in Value right)
        {
            if (left.IsNull || right.IsNull)
                return left.IsNull != right.IsNull;
            if (left.IsInt && right.IsInt)
                return left.Number != right.Number;
            return left.IsText && right.IsText && !LetterCase.EqualsIgnoreCase(left.Text.Span, right.Text.Span);
        }

        public override int? Order(in Value left, in Value right) => left.IsInt && right.IsInt ? left.Number.CompareTo(right.Number) : null;
    }

    private sealed class ConvertingComparison : Comparison
    {
        public override bool IgnoresCase => false;

        public override bool AreEqual(Frame frame, in Value left, in Value right)
        {
            // A missing left side takes the type of the right one; a side with both forms takes the other's.
            var asNumbers = left.Kind switch
            {
                ValueKinds.Int => true,
                ValueKinds.Text => false,
                _ => right.IsInt,
            };
            return asNumbers
                ? Conversions.ToNumber(left) == Conversions.ToNumber(right)
                : left.ToText(frame.Arena).Span.SequenceEqual(right.ToText(frame.Arena).Span);
        }

        public override bool Differ(Frame frame, in Value left, in Value right) => !AreEqual(frame, left, right);

        public override int? Order(in Value left, in Value right) => Conversions.ToNumber(left).CompareTo(Conversions.ToNumber(right));
    }
}
