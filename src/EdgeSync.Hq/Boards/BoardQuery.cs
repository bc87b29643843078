using System.Globalization;
using EdgeSync.Contracts.Releases;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Boards;

/// <summary>Which sites are on the board. The query string of the page and of the API holds it, so that the link can be shared.</summary>
public sealed record BoardQuery
{
    public const int DefaultPageSize = 60;
    public const int MaxPageSize = 500;
    private const int MaxTextLength = 1000;

    /// <summary>The label selector, as kubectl takes it; empty for every site.</summary>
    public string Selector { get; init; } = "";

    public string? Fleet { get; init; }

    /// <summary>Only sites in this state.</summary>
    public BoardState? State { get; init; }

    public int Page { get; init; } = 1;

    public int PageSize { get; init; } = DefaultPageSize;

    /// <summary>What is wrong with the query, or null. A selector that cannot be read must never choose every site.</summary>
    public string? Problem => Selector.Length > MaxTextLength ? $"the selector has more than {MaxTextLength} characters"
        : SelectorText.TryParseAll(Selector) is null ? $"'{Selector}' is no label selector: {SelectorText.Rule}, several separated by commas"
        : null;

    public static BoardQuery Read(IQueryCollection query) => Read(name => query[name].ToString());

    /// <summary>Reads the fields of a form.</summary>
    public static BoardQuery Read(IFormCollection form) => Read(name => form[name].ToString());

    /// <summary>Whether a site is chosen. No site is where the query has a <see cref="Problem"/>.</summary>
    public Func<SiteState, bool> Chooser()
    {
        var selector = Problem is null ? SelectorText.TryParseAll(Selector) : null;
        var none = new Dictionary<string, string>();
        return site => selector?.Matches(site.Status?.Labels ?? none) == true && (Fleet is not { } fleet || site.Key.Fleet == fleet);
    }

    /// <summary>The link to this query.</summary>
    public string ToLink(string path = "/board")
    {
        var parts = new List<KeyValuePair<string, string?>>();
        Add("selector", Selector.Length == 0 ? null : Selector);
        Add("fleet", Fleet);
        Add("state", State is { } state ? FleetQuery.Camel(state.ToString()) : null);
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

    private static BoardQuery Read(Func<string, string> value) => new()
    {
        Selector = value("selector").Trim(),
        Fleet = value("fleet").Trim() is { Length: > 0 } fleet ? fleet : null,
        State = value("state") is [var first, ..] text && char.IsAsciiLetter(first) && Enum.TryParse<BoardState>(text, ignoreCase: true, out var state) ? state : null,
        Page = Number(value("page"), int.MaxValue) ?? 1,
        PageSize = Number(value("pageSize"), MaxPageSize) ?? DefaultPageSize,
    };

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? Math.Min(number, most) : null;
}
