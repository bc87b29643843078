using EdgeSync.Hq.Authentication;

namespace EdgeSync.Hq.Pages;

/// <summary>The content of the page of users and tokens.</summary>
public sealed record AccountsModel(
    IReadOnlyList<UserRow> Users, IReadOnlyList<OperatorTokenRow> Tokens, bool MayChange, Secret? Created, string? Problem, string Self, DateTimeOffset Now);
