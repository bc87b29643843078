namespace EdgeSync.Agent.Enrolment;

/// <summary>How an enrolment ended.</summary>
/// <param name="Asked">Whether HQ was asked; false when an earlier run had done it all.</param>
/// <param name="Section">The lines of the configuration's section <c>hq</c>.</param>
internal sealed record EnrolmentOutcome(bool Asked, IReadOnlyList<string> Section);
