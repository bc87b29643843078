using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Page.Access;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Yaml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeSync.Agent.Page;

/// <summary>The forms of the page: what was entered becomes a request to the site.</summary>
internal sealed class PageForms(IPageSite site, TimeProvider time)
{
    public const string Who = "who";
    public const string Reason = "reason";
    public const string Until = "until";
    public const string Owner = "owner";
    public const string Channel = "channel";
    public const string Deadline = "deadline";
    public const string Mission = "mission";
    public const string Hold = "hold";
    public const string Pin = "pin";

    private const int MaxBodyBytes = 16 * 1024;
    private const int MostFields = 16;
    private const string NameCookie = "edgesync-who";
    private static readonly TimeSpan NameLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan LongestMission = TimeSpan.FromDays(366);

    /// <summary>The fields of a form, without the blanks around them; null for a body that is no form or too long.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return null;
        }

        // The server accepts no bodies but these.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBodyBytes;
        try
        {
            var feature = new FormFeature(context.Request, new FormOptions { BufferBody = false, ValueCountLimit = MostFields, MultipartBodyLengthLimit = 0 });
            var form = await feature.ReadFormAsync(context.RequestAborted);
            return form.ToDictionary(field => field.Key, field => field.Value.ToString().Trim(), StringComparer.Ordinal);
        }
        catch (Exception failure) when (failure is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The name that this browser's owner gave last, so that gloved hands do not type it again.</summary>
    public static string ReadName(HttpRequest request) => request.Cookies[NameCookie] ?? "";

    /// <summary>Does what a form says; null, or why not.</summary>
    public FormProblem? Submit(HttpContext context, PageForm form, IReadOnlyDictionary<string, string> fields)
    {
        string Field(string name) => fields.GetValueOrDefault(name, "");
        try
        {
            if (Field(Who).Length == 0)
            {
                return new FormProblem(form, "Your name is missing: the ledger says who asked.");
            }

            var problem = form switch
            {
                PageForm.Hold => SetHold(Field),
                PageForm.Release => Release(Field),
                _ => Begin(Field),
            };
            if (problem is null)
            {
                context.Response.Cookies.Append(NameCookie, Field(Who), PageAccess.OptionsOf(context.Request, NameLifetime));
            }

            return problem;
        }
        catch (AgentException failure)
        {
            return new FormProblem(form, $"{char.ToUpperInvariant(failure.Message[0])}{failure.Message[1..]}.", failure.Hint);
        }
    }

    private FormProblem? SetHold(Func<string, string> field)
    {
        if (field(Reason).Length == 0)
        {
            return new FormProblem(PageForm.Hold, "The reason is missing: others read why the site is held.");
        }

        // A duration counts by the clock of holds, which nobody sets forward.
        long? seconds = UnitText.TryDuration(field(Until), out var duration, out _) ? (long)duration.TotalSeconds : null;
        var end = field(Until).Length == 0 || seconds is not null ? null : DeadlineArgument.TryParse(field(Until), time.GetUtcNow(), site.Zone);
        if (field(Until).Length > 0 && seconds is null && end is null)
        {
            return new FormProblem(PageForm.Hold, $"'{field(Until)}' is no time: {DeadlineArgument.Rule}.");
        }

        site.Hold(new HoldRequest(field(Who), field(Reason), Until: end, ForSeconds: seconds));
        return null;
    }

    private FormProblem? Release(Func<string, string> field)
    {
        site.Release(new HoldEnding(field(Who), field(Owner), field(Channel) is { Length: > 0 } channel ? channel : null));
        return null;
    }

    private FormProblem? Begin(Func<string, string> field)
    {
        DateTimeOffset? deadline = field(Deadline).Length == 0 ? null : DeadlineArgument.TryParse(field(Deadline), time.GetUtcNow(), site.Zone);
        if (field(Deadline).Length > 0 && deadline is null)
        {
            return new FormProblem(PageForm.Preflight, $"'{field(Deadline)}' is no deadline: {DeadlineArgument.Rule}.");
        }

        var mission = TimeSpan.Zero;
        if (field(Mission).Length > 0 && (!UnitText.TryDuration(field(Mission), out mission, out _) || mission > LongestMission))
        {
            return new FormProblem(PageForm.Preflight, $"'{field(Mission)}' is no duration: write 30m, 12h or 2d.");
        }

        site.Begin(new PreflightOptions(field(Who), deadline, mission, field(Hold) is { Length: > 0 } reason ? reason : null));
        return null;
    }
}
