using System.Globalization;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Hq.Fleets;

/// <summary>Which sites a page shows, by a label selector, and which part of them. The query string holds it, so that the link can be shared.</summary>
public abstract record SelectionQuery
{
    public const int DefaultPageSize = 60;
    public const int MaxPageSize = 500;
    private const int MaxTextLength = 1000;

    private protected SelectionQuery(Func<string, string> value)
    {
        Selector = value("selector").Trim();
        Fleet = value("fleet").Trim() is { Length: > 0 } fleet ? fleet : null;
        Page = Number(value("page"), int.MaxValue) ?? 1;
        PageSize = Number(value("pageSize"), MaxPageSize) ?? DefaultPageSize;
    }

    private protected SelectionQuery()
    {
    }

    /// <summary>The label selector, as kubectl takes it; empty for every site.</summary>
    public string Selector { get; init; } = "";

    public string? Fleet { get; init; }

    public int Page { get; init; } = 1;

    public int PageSize { get; init; } = DefaultPageSize;

    /// <summary>What is wrong with the query, or null. A selector that cannot be read must never choose every site.</summary>
    public string? Problem => Selector.Length > MaxTextLength ? $"the selector has more than {MaxTextLength} characters"
        : SelectorText.TryParseAll(Selector) is null ? $"'{Selector}' is no label selector: {SelectorText.Rule}, several separated by commas"
        : null;

    /// <summary>Whether a site is chosen. No site is where the query has a <see cref="Problem"/>.</summary>
    public Func<SiteState, bool> Chooser()
    {
        var selector = Problem is null ? SelectorText.TryParseAll(Selector) : null;
        var none = new Dictionary<string, string>();
        return site => selector?.Matches(site.Status?.Labels ?? none) == true && (Fleet is not { } fleet || site.Key.Fleet == fleet);
    }

    /// <summary>The rows of the page that is shown, its number, and how many pages there are, at least 1.</summary>
    internal (IReadOnlyList<T> Rows, int Page, int Pages) Cut<T>(IReadOnlyList<T> shown)
    {
        var pages = Math.Max(1, (shown.Count + PageSize - 1) / PageSize);
        var page = Math.Min(Page, pages);
        return ([.. shown.Skip((page - 1) * PageSize).Take(PageSize)], page, pages);
    }

    /// <summary>The link to this query; <paramref name="state"/> is the word of the one state that is shown, or null.</summary>
    private protected string ToLink(string path, string? state)
    {
        var parts = new List<KeyValuePair<string, string?>>();
        Add("selector", Selector.Length == 0 ? null : Selector);
        Add("fleet", Fleet);
        Add("state", state);
        Add("page", Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture));
        Add("pageSize", PageSize == DefaultPageSize ? null : PageSize.ToString(CultureInfo.InvariantCulture));
        return path + QueryString.Create(parts);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add(new(name, value));
            }
        }
    }

    private protected static T? ReadState<T>(Func<string, string> value)
        where T : struct, Enum => value("state") is [var first, ..] text && char.IsAsciiLetter(first) && Enum.TryParse<T>(text, ignoreCase: true, out var state) ? state : null;

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? Math.Min(number, most) : null;
}
