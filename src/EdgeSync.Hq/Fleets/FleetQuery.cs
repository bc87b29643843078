using System.Globalization;

namespace EdgeSync.Hq.Fleets;

/// <summary>Which sites to list, and in which order. The query string of the page and of the API holds it.</summary>
public sealed record FleetQuery
{
    public const int DefaultPageSize = 50;
    public const int MaxPageSize = 500;
    public const string Behind = "behind";
    private const int MaxTextLength = 200;

    public string? Search { get; init; }

    public Condition? Condition { get; init; }

    public string? Fleet { get; init; }

    public string? Channel { get; init; }

    /// <summary><c>name=value</c>, or <c>name</c> for any value.</summary>
    public string? Label { get; init; }

    /// <summary>Only sites with older trust than the newest of their fleet: <c>trust=behind</c>.</summary>
    public bool TrustBehind { get; init; }

    public FleetOrder Order { get; init; } = FleetOrder.Condition;

    public bool Descending { get; init; }

    public int Page { get; init; } = 1;

    public int PageSize { get; init; } = DefaultPageSize;

    public bool IsFiltered => Search is not null || Condition is not null || Fleet is not null || Channel is not null || Label is not null || TrustBehind;

    /// <summary>Reads a query string. A value that is not valid counts as missing.</summary>
    public static FleetQuery Read(IQueryCollection query) => new()
    {
        Search = Text(query, "search"),
        Condition = Word<Condition>(query, "condition"),
        Fleet = Text(query, "fleet"),
        Channel = Text(query, "channel"),
        Label = Text(query, "label"),
        TrustBehind = query["trust"] == Behind,
        Order = Word<FleetOrder>(query, "sort") ?? FleetOrder.Condition,
        Descending = query["order"] == "desc",
        Page = Number(query, "page", 1, int.MaxValue) ?? 1,
        PageSize = Number(query, "pageSize", 1, MaxPageSize) ?? DefaultPageSize,
    };

    /// <summary>The link to this query.</summary>
    public string ToLink(string path = "/")
    {
        var parts = new List<KeyValuePair<string, string?>>();
        Add("search", Search);
        Add("condition", Condition is { } condition ? Camel(condition.ToString()) : null);
        Add("fleet", Fleet);
        Add("channel", Channel);
        Add("label", Label);
        Add("trust", TrustBehind ? Behind : null);
        Add("sort", Order == FleetOrder.Condition ? null : Camel(Order.ToString()));
        Add("order", Descending ? "desc" : null);
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

    public static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];

    private static string? Text(IQueryCollection query, string name)
    {
        var text = query[name].ToString().Trim();
        return text.Length == 0 ? null : text[..Math.Min(text.Length, MaxTextLength)];
    }

    private static T? Word<T>(IQueryCollection query, string name)
        where T : struct, Enum =>
        query[name].ToString() is [var first, ..] text && char.IsAsciiLetter(first) && Enum.TryParse<T>(text, ignoreCase: true, out var value)
            ? value
            : null;

    private static int? Number(IQueryCollection query, string name, int least, int most) =>
        int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least ? Math.Min(value, most) : null;
}
