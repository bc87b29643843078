using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Boards;

/// <summary>Which sites are on the board. The query string of the page and of the API holds it.</summary>
public sealed record BoardQuery : SelectionQuery
{
    public BoardQuery()
    {
    }

    private BoardQuery(Func<string, string> value)
        : base(value) => State = ReadState<BoardState>(value);

    /// <summary>Only sites in this state.</summary>
    public BoardState? State { get; init; }

    public static BoardQuery Read(IQueryCollection query) => new(name => query[name].ToString());

    /// <summary>Reads the fields of a form.</summary>
    public static BoardQuery Read(IFormCollection form) => new(name => form[name].ToString());

    /// <summary>The link to this query.</summary>
    public string ToLink(string path = "/board") => ToLink(path, State is { } state ? FleetQuery.Camel(state.ToString()) : null);
}
