namespace EdgeSync.Agent.Enrolment;

/// <summary>HQ's refusal (RFC 9457, with a reason code and a hint).</summary>
internal sealed record EnrolmentProblem(string? Reason, string? Detail, string? Hint);
