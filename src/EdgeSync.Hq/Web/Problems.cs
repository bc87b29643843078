using EdgeSync.Hq.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq.Web;

/// <summary>Writes failures as <c>application/problem+json</c> (RFC 9457), with the reason code that logs and pages use.</summary>
internal static class Problems
{
    private const string MediaType = "application/problem+json";

    public static IResult Of(int status, string reason, string detail, string? hint = null) =>
        Results.Json(new ProblemDocument(status, reason, detail, hint), HqApiJsonContext.Default.ProblemDocument, MediaType, status);

    public static IResult Of(EdgeSyncException failure) => Of(StatusOf(failure.Reason), failure.Reason, failure.Message, failure.Hint);

    public static int StatusOf(string reason) => reason switch
    {
        HqReasons.EnrolmentRefused or HqReasons.RenewalRefused or HqReasons.SiteRevoked => StatusCodes.Status403Forbidden,
        HqReasons.SiteUnknown or HqReasons.DiffNotAsked => StatusCodes.Status404NotFound,
        HqReasons.NameTaken => StatusCodes.Status409Conflict,
        HqReasons.BrokerUnavailable => StatusCodes.Status503ServiceUnavailable,
        HqReasons.NameInvalid or HqReasons.PasswordTooWeak or HqReasons.RequestInvalid or HqReasons.CertificateRequestRefused =>
            StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };
}
