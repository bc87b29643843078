using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Nights;

/// <summary>Which sites' nights are shown. The query string of the page and of the API holds it.</summary>
public sealed record NightQuery : SelectionQuery
{
    public NightQuery()
    {
    }

    private NightQuery(Func<string, string> value)
        : base(value) => State = ReadState<NightState>(value);

    /// <summary>Only sites whose night was like this.</summary>
    public NightState? State { get; init; }

    public static NightQuery Read(IQueryCollection query) => new(name => query[name].ToString());

    /// <summary>The link to this query.</summary>
    public string ToLink() => ToLink("/night", State is { } state ? FleetQuery.Camel(state.ToString()) : null);
}
