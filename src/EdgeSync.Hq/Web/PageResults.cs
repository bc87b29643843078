using EdgeSync.Hq.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeSync.Hq.Web;

/// <summary>Endpoint results that render a Razor component as a page.</summary>
internal static class PageResults
{
    public const string TitleItem = "edgesync.title";
    public const string RefreshItem = "edgesync.refresh";
    public const string EventsItem = "edgesync.events";

    public static IResult Show<TPage>(HttpContext context, string title, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        context.Items[TitleItem] = title;
        return new RazorComponentResult<TPage>(parameters) { StatusCode = status, PreventStreamingRendering = true };
    }

    public static IResult Refused(HttpContext context) => Message(
        context, StatusCodes.Status403Forbidden, "Not allowed", "This requires the role operator. Ask an operator to do it or to change your role.");

    public static IResult FormExpired(HttpContext context) => Message(
        context, StatusCodes.Status400BadRequest, "This form has expired", "Go back, reload the page, and send the form again.");

    public static IResult NotSent(HttpContext context, string problem) =>
        Message(context, StatusCodes.Status400BadRequest, "Not sent", $"{char.ToUpperInvariant(problem[0])}{problem[1..]}. Go back and correct it.");

    public static IResult NotFound(HttpContext context) => Message(
        context, StatusCodes.Status404NotFound, "Not found", "There is no such page or site.");

    public static IResult Failed(HttpContext context, string message) =>
        Message(context, StatusCodes.Status503ServiceUnavailable, "The action failed", message);

    private static IResult Message(HttpContext context, int status, string headline, string message) =>
        Show<MessageView>(context, headline, new() { [nameof(MessageView.Headline)] = headline, [nameof(MessageView.Message)] = message }, status);
}
