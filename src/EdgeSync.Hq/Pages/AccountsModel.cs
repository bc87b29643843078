using EdgeSync.Hq.Authentication;

namespace EdgeSync.Hq.Pages;

/// <summary>What the page of users and tokens shows.</summary>
public sealed record AccountsModel(
    IReadOnlyList<UserRow> Users, IReadOnlyList<OperatorTokenRow> Tokens, bool MayChange, Secret? Made, string? Problem, string Self, DateTimeOffset Now);
