using EdgeSync.Hq.Enrolments;

namespace EdgeSync.Hq.Pages;

/// <summary>What the enrolment page shows.</summary>
public sealed record EnrolmentModel(
    IReadOnlyList<EnrolmentTokenRow> Tokens, NewEnrolmentToken? Made, string? Problem, string? Fleet, string Address, DateTimeOffset Now);
