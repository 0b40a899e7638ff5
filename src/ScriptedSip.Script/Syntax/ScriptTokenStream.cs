using Antlr4.Runtime;
using Antlr4.Runtime.Misc;

namespace ScriptedSip.Script.Syntax;

/// <summary>The finished token list as ANTLR wants to see it; the last token is the end of file.</summary>
internal sealed class ScriptTokenStream : ITokenStream
{
    private readonly List<ScriptToken> _tokens;
    private int _position;

    public ScriptTokenStream(List<ScriptToken> tokens)
    {
        _tokens = tokens;
        for (var i = 0; i < tokens.Count; i++)
            tokens[i].TokenIndex = i;
    }

    public int Index => _position;

    public int Size => _tokens.Count;

    public string SourceName => _tokens[^1].Span.File.Path;

    public ITokenSource TokenSource => null!;

    public void Consume()
    {
        if (_position < _tokens.Count - 1)
            _position++;
    }

    public int LA(int i) => LT(i).Type;

    public IToken LT(int k)
    {
        var index = k > 0 ? _position + k - 1 : _position + k;
        return index < 0 ? null! : _tokens[Math.Min(index, _tokens.Count - 1)];
    }

    public IToken Get(int i) => _tokens[i];

    public int Mark() => 0;

    public void Release(int marker)
    {
    }

    public void Seek(int index) => _position = Math.Clamp(index, 0, _tokens.Count - 1);

    public string GetText(Interval interval) => string.Concat(_tokens.Skip(interval.a).Take(interval.Length).Select(token => token.Text));

    public string GetText() => GetText(Interval.Of(0, _tokens.Count - 1));

    public string GetText(RuleContext ctx) => GetText(ctx.SourceInterval);

    public string GetText(IToken start, IToken stop) => GetText(Interval.Of(start.TokenIndex, stop.TokenIndex));
}
