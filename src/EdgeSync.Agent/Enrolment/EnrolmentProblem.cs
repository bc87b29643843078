namespace EdgeSync.Agent.Enrolment;

/// <summary>How HQ says no (RFC 9457, with a reason code and a hint).</summary>
internal sealed record EnrolmentProblem(string? Reason, string? Detail, string? Hint);
