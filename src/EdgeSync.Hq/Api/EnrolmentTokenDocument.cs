namespace EdgeSync.Hq.Api;

/// <summary>An enrolment token. Only the answer to the request that creates it contains <paramref name="Token"/>.</summary>
internal sealed record EnrolmentTokenDocument(
    long? Id, string Fleet, string Site, DateTimeOffset ExpiresAt, string? Token = null, string? State = null, string? CreatedBy = null);

/// <summary>A request to create an enrolment token.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site.</param>
/// <param name="ValidHours">How many hours it is valid. Default: 24.</param>
internal sealed record EnrolmentTokenRequest(string Fleet, string Site, int? ValidHours = null);
