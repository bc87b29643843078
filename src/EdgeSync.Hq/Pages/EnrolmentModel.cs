using EdgeSync.Hq.Enrolments;

namespace EdgeSync.Hq.Pages;

/// <summary>The content of the enrolment page.</summary>
public sealed record EnrolmentModel(
    IReadOnlyList<EnrolmentTokenRow> Tokens, NewEnrolmentToken? Created, string? Problem, string? Fleet, string Address, DateTimeOffset Now);
