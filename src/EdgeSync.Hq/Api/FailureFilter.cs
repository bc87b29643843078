using EdgeSync.Hq.Web;
using EdgeSync.Primitives.Failures;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Api;

/// <summary>Answers a failure of an API endpoint with a problem document. Bugs are not caught.</summary>
internal sealed partial class FailureFilter(ILogger<FailureFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (HqException failure)
        {
            return Problems.Of(failure);
        }
        catch (Exception failure) when (failure is StorageException or SqliteException)
        {
            LogFailed(logger, context.HttpContext.Request.Path, failure is SqliteException database ? $"the database cannot be used: {SqliteDatabase.Describe(database)}" : failure.Message);
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "StorageUnavailable", "HQ cannot use its database; see the log of HQ.");
        }
    }

    [LoggerMessage(HqEventIds.RequestFailed, LogLevel.Error, "The request {Subject} failed: {Problem}")]
    private static partial void LogFailed(ILogger logger, string subject, string problem);
}
