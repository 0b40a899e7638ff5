using ScriptedSip.Script.Interpretation;
using ScriptedSip.Script.Syntax;
using ScriptedSip.Script.Text;

namespace ScriptedSip.Script.Binding;

/// <content>What is legal and yet seldom meant: conditions that are always the same, and what another dialect reads in another way.</content>
internal sealed partial class ExpressionBinder
{
    // Kamailio takes the number in these; where text is all they ever hold, that is 0.
    private static readonly string[] Texts = ["hdr", "rm", "ru", "ou", "fu", "tu", "du", "ci", "ua", "ft", "tt", "rr", "ct", "cT", "su", "br"];

    private static readonly string[] WordsOfConditions =
        ["myself", "uri", "from_uri", "to_uri", "method", "status", "src_ip", "dst_ip", "src_port", "dst_port", "proto", "af", "max_len", "retcode"];

    // So many comparisons of a row are looked at for each; nobody writes more by hand.
    private const int MostPairs = 50;

    // ---- always the same -------------------------------------------------------------------------------------------------------

    private void CheckAlone(Expression expression)
    {
        if (expression is StringLiteral text)
        {
            var isTrue = !scope.IsKamailio && text.Value.Length > 0;
            if (!scope.IsKamailio || !long.TryParse(text.Value, out _))
                scope.ReportWithHint(DiagnosticCatalog.TextAlone, text.Span, "write what it is to be compared with, too", isTrue ? "true" : "false");
        }
        else if (scope.IsKamailio && expression is PseudoVariable { Transformations: [] } variable && Array.IndexOf(Texts, variable.Name.Text) >= 0)
        {
            scope.ReportWithHint(DiagnosticCatalog.TextAsCondition, variable.Span, $"write '{variable.Text} != $null'", variable.Text);
        }
    }

    // method==INVITE, proto==UDP and src_ip==host.example.com are written without quotes everywhere; another word is a name misspelt or without its '$'.
    private void CheckWord(Expression operand, BinaryOperator op, Expression other)
    {
        if (operand is not NameLiteral { Name: var name } || scope.Flags.ContainsKey(name) || other is Myself)
            return;
        if (other is CoreOperand { Kind: not (CoreOperandKind.Uri or CoreOperandKind.FromUri or CoreOperandKind.ToUri or CoreOperandKind.Status) } && op is BinaryOperator.Equal or BinaryOperator.NotEqual)
            return;
        if (other is PseudoVariable { Name.Text: "rm" } && Array.IndexOf(Methods, name) >= 0)
            return;
        var hint = scope.Functions.Variables(name).Count > 0 ? $"did you mean '${name}'?"
            : name.All(static c => c is '_' || char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) ? "no #!define gives it another meaning"
            : Spelling.DidYouMean(name, WordsOfConditions) ?? (scope.Functions.Functions(name).Count > 0 ? $"write '{name}()' to call a function" : $"write \"{name}\"");
        scope.ReportWithHint(DiagnosticCatalog.BareWord, operand.Span, hint, name);
    }

    private void CheckValues(Expression left, BinaryOperator op, Expression right)
    {
        if (op is BinaryOperator.Matches or BinaryOperator.NotMatches)
        {
            if (left is CoreOperand { Kind: CoreOperandKind.Method } or PseudoVariable { Name.Text: "rm", Transformations: [] } && right is StringLiteral pattern)
                CheckMethods(pattern);
            return;
        }
        if (left is not (PseudoVariable or CoreOperand) && right is PseudoVariable or CoreOperand)
            (left, right) = (right, left);
        if (ValueShapes.Of(left) is not { } shape || right is not (IntLiteral or StringLiteral))
            return;

        // A port that is no number is refused where the operand is bound.
        if (left is CoreOperand { Kind: not CoreOperandKind.Status } && !long.TryParse(ConstantText(right), out _))
            return;
        if (shape.Objection(op, ConstantText(right)!, !scope.Comparison.IgnoresCase) is { } objection)
            scope.ReportWithHint(op is BinaryOperator.NotEqual ? DiagnosticCatalog.AlwaysTrue : DiagnosticCatalog.NeverTrue, right.Span, objection.Hint, objection.Reason);
    }

    // "INVITE|CANCLE": words with '|' between them, as is_method takes them and regular expressions are mostly written.
    private void CheckMethods(Expression expression)
    {
        if (expression is not StringLiteral { Literal: var text })
            return;
        if (text.Value.IndexOf(',', StringComparison.Ordinal) is var comma and > 0 && text.Value.All(static c => char.IsAsciiLetter(c) || c is ',' or ' ' or '|'))
            scope.ReportWithHint(DiagnosticCatalog.NeverTrue, text.Locate(comma, 1), "did you mean '|'?", "methods are listed with '|' between them");
        var start = 0;
        foreach (var word in text.Value.Split('|'))
        {
            var name = word.Trim().TrimStart('^', '(').TrimEnd('$', ')');
            if (name.Length > 2 && name.All(char.IsAsciiLetter) && !Array.Exists(Methods, method => method.Contains(name, StringComparison.OrdinalIgnoreCase))
                && Spelling.Nearest(name, Methods) is { } nearest)
                scope.ReportWithHint(DiagnosticCatalog.NeverTrue, text.Locate(start + word.IndexOf(name, StringComparison.Ordinal), name.Length), $"did you mean '{nearest}'?", $"no method is called '{name}'");
            start += word.Length + 1;
        }
    }

    // a == x && a == y never holds; a != x || a != y always does.
    private void CheckPairs(BinaryExpression junction)
    {
        var wanted = junction.Operator == BinaryOperator.And ? BinaryOperator.Equal : BinaryOperator.NotEqual;
        if (Strip(junction.Right) is not BinaryExpression second || second.Operator != wanted || Subject(second) is not { } subject)
            return;
        var rest = Strip(junction.Left);
        for (var looked = 0; looked < MostPairs; looked++, rest = Strip(((BinaryExpression)rest).Left))
        {
            var first = rest is BinaryExpression chain && chain.Operator == junction.Operator ? Strip(chain.Right) : rest;
            if (first is BinaryExpression comparison && comparison.Operator == wanted && Subject(comparison) is { } other && subject.Name == other.Name
                && !string.Equals(subject.Value, other.Value, StringComparison.OrdinalIgnoreCase))
            {
                if (wanted == BinaryOperator.Equal)
                    scope.ReportWithHint(DiagnosticCatalog.NeverTrue, second.Span, "did you mean '||'?", $"{subject.Name} cannot be \"{other.Value}\" and \"{subject.Value}\" at once");
                else
                    scope.ReportWithHint(DiagnosticCatalog.AlwaysTrue, second.Span, "did you mean '&&'?", $"{subject.Name} differs from one of \"{other.Value}\" and \"{subject.Value}\"");
                return;
            }
            if (ReferenceEquals(first, rest))
                return;
        }
    }

    // What is compared with a constant; a variable that has a single value at a time.
    private static (string Name, string Value)? Subject(BinaryExpression comparison)
    {
        var name = Strip(comparison.Left) switch
        {
            CoreOperand { Kind: CoreOperandKind.Method or CoreOperandKind.Status or CoreOperandKind.SourcePort or CoreOperandKind.Protocol or CoreOperandKind.ReturnCode } operand => operand.Name,
            PseudoVariable { Name.Text: not "avp", Transformations: [], Index: null } variable => variable.Text,
            _ => null,
        };
        return name is not null && ConstantText(Strip(comparison.Right)) is { } value ? (name, value) : null;
    }

    // ---- read in another way elsewhere -----------------------------------------------------------------------------------------

    // Flat precedence puts the looser operator of the pair inside of the tighter one.
    private void CheckWeight(BinaryExpression outer)
    {
        if (outer.Left is not BinaryExpression inner || !IsTighterInC(outer.Operator, inner.Operator))
            return;
        var read = outer.Operator == BinaryOperator.And ? "(a or b) and c" : $"(a {inner.OperatorSpan.Text} b) {outer.OperatorSpan.Text} c";
        var name = scope.Dialect == ScriptDialect.OpenSips ? "OpenSIPS" : "OpenSER";
        scope.ReportWithHint(DiagnosticCatalog.SameWeight, outer.OperatorSpan, "put parentheses around what belongs together", inner.OperatorSpan.Text.ToString(), outer.OperatorSpan.Text.ToString(), name, read);
    }

    private static bool IsTighterInC(BinaryOperator outer, BinaryOperator inner) => (outer, inner) is (BinaryOperator.And, BinaryOperator.Or)
        or (BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo, BinaryOperator.Add or BinaryOperator.Subtract);

    private void CheckBits(BinaryExpression binary, Expression left, Expression right)
    {
        if (binary.Operator is BinaryOperator.BitAnd or BinaryOperator.BitOr && (IsNoNumber(left) || IsNoNumber(right)))
        {
            var op = binary.OperatorSpan.Text.ToString();
            scope.ReportWithHint(DiagnosticCatalog.BitsOfConditions, binary.OperatorSpan, $"did you mean '{op}{op}'?", op);
        }
    }

    private static bool IsNoNumber(Expression expression) => expression is StringLiteral or UnaryExpression { Operator: UnaryOperator.Not }
        or CoreOperand { Kind: CoreOperandKind.Method or CoreOperandKind.Uri or CoreOperandKind.SourceIp or CoreOperandKind.DestinationIp }
        || expression is BinaryExpression { Operator: <= BinaryOperator.IntegerNotEqual };

    private void CheckNot(UnaryExpression not)
    {
        if (scope.IsKamailio && not.Operand is BinaryExpression { Left: PseudoVariable variable } comparison && comparison.Operator is >= BinaryOperator.Equal and <= BinaryOperator.IntegerNotEqual)
            scope.ReportWithHint(DiagnosticCatalog.NotBeforeComparison, not.Span with { Length = 1 }, "put parentheses around the comparison", variable.Text, comparison.OperatorSpan.Text.ToString());
    }

    // "sip:$rU@host" in an assignment is that text.
    private void CheckTemplate(StringLiteral literal)
    {
        if (!literal.Value.Contains('$', StringComparison.Ordinal))
            return;
        foreach (var part in FormatParser.Parse(literal.Literal, new DiagnosticBag()).Parts)
        {
            if (part is VariablePart { Variable: PseudoVariable variable } && IsKnown(variable.Name.Text))
            {
                scope.ReportWithHint(DiagnosticCatalog.TextIsNoTemplate, variable.Span, "join texts and variables with '+'", variable.Text);
                return;
            }
        }
    }
}
