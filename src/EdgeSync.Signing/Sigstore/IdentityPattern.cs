namespace EdgeSync.Signing.Sigstore;

/// <summary>
/// A pattern for a whole text: exact, or with <c>*</c> for any characters but a slash and <c>**</c> for any characters at all. It always matches the
/// whole text, in bounded time.
/// </summary>
public sealed class IdentityPattern
{
    /// <summary>The longest pattern, and the longest text that is compared.</summary>
    public const int MaxLength = 2048;

    private readonly string _text;
    private readonly bool _exact;

    private IdentityPattern(string text, bool exact)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, MaxLength, nameof(text));
        _text = text;
        _exact = exact;
    }

    /// <summary>Exactly this text; a star in it is literal.</summary>
    public static IdentityPattern Exactly(string text) => new(text, exact: true);

    /// <summary>A text with stars.</summary>
    public static IdentityPattern Like(string pattern) => new(pattern, exact: false);

    /// <summary>Whether the whole text matches; case matters.</summary>
    public bool Matches(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _exact ? text == _text : text.Length <= MaxLength && MatchesStars(text);
    }

    /// <summary>The pattern.</summary>
    public override string ToString() => _text;

    // Which places of the pattern are reached after each character: no backtracking, so that no text takes long.
    private bool MatchesStars(string text)
    {
        var reached = new bool[_text.Length + 1];
        var next = new bool[reached.Length];
        Reach(reached, 0);
        foreach (var character in text)
        {
            Array.Clear(next);
            for (var at = 0; at < _text.Length; at++)
            {
                if (!reached[at])
                {
                    continue;
                }

                if (_text[at] != '*')
                {
                    if (_text[at] == character)
                    {
                        Reach(next, at + 1);
                    }
                }
                else if (character != '/' || StarsAt(at) > 1)
                {
                    Reach(next, at);
                }
            }

            (reached, next) = (next, reached);
        }

        return reached[^1];
    }

    private void Reach(bool[] reached, int at)
    {
        reached[at] = true;
        if (at < _text.Length && _text[at] == '*')
        {
            reached[at + StarsAt(at)] = true;
        }
    }

    private int StarsAt(int at)
    {
        var end = at;
        while (end < _text.Length && _text[end] == '*')
        {
            end++;
        }

        return end - at;
    }
}
