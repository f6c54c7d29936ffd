using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Runs.Querying;

/// <summary>
/// Reads the language that <c>runner list</c> is asked in: <c>status = done and max(val_accuracy) &gt; 0.99 and model has Dropout and
/// optimizer = Adam</c>.
/// </summary>
/// <remarks>
/// <code>
/// condition   condition 'and' condition, condition 'or' condition, 'not' condition, '(' condition ')'
///             value sign word-or-function       the signs are = != &lt; &lt;= &gt; &gt;= and ~ (holds the text)
///             value 'in' '(' word, word … ')'
///             place 'has' word                  model has Dropout, callbacks has EarlyStopping, tags has good
/// value       a function of a curve (max, min, last, first, best, count), a field (status, age, seed …), a curve, a setting
/// word        0.99, 1/255, 2d (a stretch of time), adam, 'in quotes'
/// </code>
/// <c>and</c> binds closer than <c>or</c>. A run without a value is in no comparison of it.
/// </remarks>
internal sealed class RunQuery
{
    private const int Deepest = 100;
    private static readonly string[] Signs = ["==", "!=", "<=", ">=", "=", "<", ">", "~"];
    private static readonly string[] Reserved = ["and", "or", "not", "has", "in"];

    private readonly SourceText _source;
    private readonly string _text;
    private int _at;
    private int _depth;

    private RunQuery(SourceText source) => (_source, _text) = (source, source.Content);

    private enum Kind
    {
        End,
        Word,
        Quoted,
        Sign,
        Bracket,
    }

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ConfigException">It has a mistake, told with its place.</exception>
    internal static Condition Parse(string text)
    {
        var query = new RunQuery(new SourceText("--where", ".", text));
        var condition = query.Either();
        var rest = query.Peek();
        return rest.Kind == Kind.End ? condition : throw query.Mistake(rest, $"'{rest.Text}' follows a whole condition.", "'and', 'or', or nothing");
    }

    /// <summary>Reads a value alone, as <c>--sort</c> and <c>--cols</c> take it.</summary>
    /// <exception cref="ConfigException">It has a mistake, told with its place.</exception>
    internal static RunValue ParseValue(string text, string option)
    {
        var query = new RunQuery(new SourceText(option, ".", text));
        var value = query.Value();
        var rest = query.Peek();
        return rest.Kind == Kind.End ? value : throw query.Mistake(rest, $"'{rest.Text}' follows a whole value.", "a name, or a function such as max(val_accuracy)");
    }

    private Condition Either()
    {
        var left = Both();
        while (Skip("or"))
        {
            left = new Condition.Joined(left, Both(), both: false);
        }

        return left;
    }

    private Condition Both()
    {
        var left = Single();
        while (Skip("and"))
        {
            left = new Condition.Joined(left, Single(), both: true);
        }

        return left;
    }

    private Condition Single()
    {
        if (++_depth > Deepest)
        {
            throw Mistake(Peek(), "This is nested too deep.", $"at most {Deepest} levels");
        }

        Condition condition;
        if (Skip("not"))
        {
            condition = new Condition.Negated(Single());
        }
        else if (Peek() is { Kind: Kind.Bracket, Text: "(" })
        {
            Take();
            condition = Either();
            Need(")", "')' to close the condition");
        }
        else
        {
            condition = Comparison();
        }

        _depth--;
        return condition;
    }

    private Condition Comparison()
    {
        var left = Value();
        var sign = Take();
        switch (sign)
        {
            case { Kind: Kind.Sign }:
                var right = Take();
                return right.Kind == Kind.Word && RunValue.Functions.Contains(right.Text) && Peek() is { Kind: Kind.Bracket, Text: "(" }
                    ? new Condition.Compared(left, Canonical(sign.Text), [], Function(right))
                    : new Condition.Compared(left, Canonical(sign.Text), [Word(right, sign.Text)], null);
            case { Kind: Kind.Word, Text: "has" }:
                return left.Function is null ? new Condition.Has(left, Word(Take(), "has")) : throw Mistake(sign, $"'{left}' is a number, which has nothing in it.", "model, callbacks, metrics, tags …");
            case { Kind: Kind.Word, Text: "in" }:
                Need("(", "'(' and words, with commas between them");
                var words = new List<QueryValue>();
                do
                {
                    words.Add(Word(Take(), words.Count == 0 ? "(" : ","));
                }
                while (SkipSign(","));

                Need(")", "')' or ','");
                return new Condition.Compared(left, "=", words, null);
            case { Kind: Kind.End }:
                throw Mistake(sign, $"'{left}' is not compared with anything.", "a sign such as = or >, 'has' or 'in'");
            default:
                throw Mistake(sign, $"After '{left}' comes '{sign.Text}'.", "a sign such as = or >, 'has' or 'in'");
        }
    }

    private static string Canonical(string sign) => sign == "==" ? "=" : sign;

    private RunValue Value()
    {
        var name = Take();
        if (name.Kind is not (Kind.Word or Kind.Quoted) || (name.Kind == Kind.Word && Reserved.Contains(name.Text)))
        {
            throw name.Kind == Kind.End ? Mistake(name, "A condition is missing here.", "a name such as status, max(val_accuracy) or optimizer")
                : Mistake(name, $"'{name.Text}' is no name.", "a name such as status, max(val_accuracy) or optimizer");
        }

        if (name.Kind == Kind.Word && Peek() is { Kind: Kind.Bracket, Text: "(" })
        {
            return Function(name);
        }

        var colon = name.Kind == Kind.Word ? name.Text.IndexOf(':', StringComparison.Ordinal) : -1;
        return colon > 0 && RunValue.Functions.Contains(name.Text[..colon]) && colon + 1 < name.Text.Length
            ? new RunValue(name.Text[..colon], name.Text[(colon + 1)..], Span(name))
            : new RunValue(null, name.Text, Span(name));
    }

    private RunValue Function(Token function)
    {
        if (!RunValue.Functions.Contains(function.Text))
        {
            throw Mistake(function, $"There is no function '{function.Text}'.{NearestName.Hint(function.Text, RunValue.Functions)}", $"one of {string.Join(", ", RunValue.Functions)}");
        }

        Need("(", "'('");
        var name = Take();
        if (name.Kind is not (Kind.Word or Kind.Quoted))
        {
            throw Mistake(name, $"'{function.Text}' is asked of a curve, which is missing here.", $"{function.Text}(val_accuracy)");
        }

        Need(")", "')'");
        return new RunValue(function.Text, name.Text, new SourceSpan(_source, 1, function.At + 1, _at - function.At));
    }

    private QueryValue Word(Token token, string after) => token.Kind switch
    {
        Kind.Word when !Reserved.Contains(token.Text) => QueryValue.Of(token.Text),
        Kind.Quoted => new QueryValue(token.Text, null),
        Kind.End => throw Mistake(token, $"After '{after}' comes a value.", "a number, a word, or text in quotes"),
        _ => throw Mistake(token, $"After '{after}' comes a value, not '{token.Text}'.", "a number, a word, or text in quotes"),
    };

    private bool Skip(string word)
    {
        if (Peek() is not { Kind: Kind.Word } next || next.Text != word)
        {
            return false;
        }

        Take();
        return true;
    }

    private bool SkipSign(string sign)
    {
        if (Peek() is not { Kind: Kind.Bracket } next || next.Text != sign)
        {
            return false;
        }

        Take();
        return true;
    }

    private void Need(string bracket, string expected)
    {
        var token = Take();
        if (token.Kind != Kind.Bracket || token.Text != bracket)
        {
            throw Mistake(token, token.Kind == Kind.End ? "This ends too early." : $"Here stands '{token.Text}'.", expected);
        }
    }

    private ConfigException Mistake(Token token, string problem, string expected) => new([new ConfigError(Span(token), problem, expected)]);

    private SourceSpan Span(Token token) => new(_source, 1, token.At + 1, Math.Max(1, token.Length));

    private Token Peek()
    {
        var at = _at;
        var token = Take();
        _at = at;
        return token;
    }

    private Token Take()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        var start = _at;
        if (_at == _text.Length)
        {
            return new Token(Kind.End, "", start, 0);
        }

        if (Array.Find(Signs, sign => string.CompareOrdinal(_text, start, sign, 0, sign.Length) == 0) is { } found)
        {
            _at += found.Length;
            return new Token(Kind.Sign, found, start, found.Length);
        }

        if (_text[_at] is '(' or ')' or ',')
        {
            _at++;
            return new Token(Kind.Bracket, _text[start.._at], start, 1);
        }

        if (_text[_at] is '\'' or '"')
        {
            var end = _text.IndexOf(_text[_at], _at + 1);
            if (end < 0)
            {
                throw Mistake(new Token(Kind.Quoted, "", start, _text.Length - start), "This quote is never closed.", $"another {_text[start]}");
            }

            _at = end + 1;
            return new Token(Kind.Quoted, _text[(start + 1)..end], start, _at - start);
        }

        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not ('(' or ')' or ',' or '=' or '!' or '<' or '>' or '~' or '\'' or '"'))
        {
            _at++;
        }

        if (_at == start)
        {
            throw Mistake(new Token(Kind.Sign, _text[start..(start + 1)], start, 1), $"'{_text[start]}' stands for nothing here.", "a name, a sign such as = or !=, or a bracket");
        }

        return new Token(Kind.Word, _text[start.._at], start, _at - start);
    }

    private readonly record struct Token(Kind Kind, string Text, int At, int Length);
}
