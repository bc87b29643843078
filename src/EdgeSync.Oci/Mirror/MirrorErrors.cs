using System.Text.Json;
using EdgeSync.Oci.Registries;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Oci.Mirror;

/// <summary>Error answers in the form that the distribution specification asks for.</summary>
internal static class MirrorErrors
{
    public static Task NameInvalid(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "NAME_INVALID", "this path names nothing that a mirror has");

    public static Task ManifestUnknown(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", "no verified bundle at this site has this manifest");

    public static Task BlobUnknown(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "BLOB_UNKNOWN", "no verified bundle at this site has this blob");

    public static Task NameUnknown(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "NAME_UNKNOWN", "no verified bundle at this site has this repository");

    public static Task Unsupported(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED", "the mirror is read only");
    }

    public static Task Refused(HttpContext context, int status) =>
        WriteAsync(context, status, "DENIED", "the mirror answers on this machine's loopback addresses only");

    private static async Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ErrorResponse([new ErrorEntry(code, message)]), RegistryJsonContext.Default.ErrorResponse);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
