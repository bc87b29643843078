namespace EdgeSync.Hq.Api;

/// <summary>An enrolment token; <paramref name="Token"/> is there only in the answer to its making.</summary>
internal sealed record EnrolmentTokenDocument(
    long? Id, string Fleet, string Site, DateTimeOffset ExpiresAt, string? Token = null, string? State = null, string? CreatedBy = null);

/// <summary>What makes an enrolment token.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site.</param>
/// <param name="ValidHours">How long it may be used; default 24.</param>
internal sealed record EnrolmentTokenRequest(string Fleet, string Site, int? ValidHours = null);
