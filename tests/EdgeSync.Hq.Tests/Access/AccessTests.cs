using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Hq.Tests.Access;

public sealed partial class AccessTests : IAsyncLifetime
{
    private static readonly string[] Open = ["GET /login", "POST /login", "POST /api/v1/enrolments", "POST /api/v1/renewals/challenges", "POST /api/v1/renewals", "GET /healthz", "GET /assets/{hash}/{name}"];
    private TestHq _hq = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.StartAsync();
        _hq.Enrol("stores", "store-1").Dispose();
    }

    public async Task DisposeAsync() => await _hq.DisposeAsync();

    [Fact]
    public async Task Every_route_requires_a_login_except_the_open_ones()
    {
        using var client = _hq.CreateClient();
        var routes = Routes();
        Assert.True(routes.Count > 25, $"only {routes.Count} routes were found");

        foreach (var (method, pattern) in routes.Where(r => !Open.Contains($"{r.Method} {r.Pattern}")))
        {
            using var answer = await SendAsync(client, method, pattern);

            var requiresLogin = answer.StatusCode == HttpStatusCode.Unauthorized
                || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.StartsWith("/login?", StringComparison.Ordinal));
            Assert.True(requiresLogin, $"{method} {pattern} answered {(int)answer.StatusCode} without a login");
        }
    }

    [Fact]
    public async Task A_viewer_cannot_change_anything_by_token_or_form()
    {
        using var program = _hq.CreateClient(_hq.AddToken(Role.Viewer));
        using var browser = await _hq.LogInAsync("vera", Role.Viewer);
        string[] allowed = ["/logout", "/login", "/accounts/password", "/api/v1/enrolments", "/api/v1/renewals/challenges", "/api/v1/renewals"];

        foreach (var (method, pattern) in Routes().Where(r => r.Method is not ("GET" or "ANY") && !allowed.Contains(r.Pattern)))
        {
            using var byToken = await SendAsync(program, method, pattern);
            using var byCookie = await SendAsync(browser, method, pattern);

            Assert.True(byToken.StatusCode == HttpStatusCode.Forbidden, $"{method} {pattern} answered {(int)byToken.StatusCode} to a viewer's token");
            Assert.True(byCookie.StatusCode == HttpStatusCode.Forbidden, $"{method} {pattern} answered {(int)byCookie.StatusCode} to a viewer's session");
        }
    }

    [Fact]
    public async Task A_viewer_can_open_all_pages_except_enrolment()
    {
        using var browser = await _hq.LogInAsync("vera", Role.Viewer);

        foreach (var path in new[] { "/", "/integrity", "/accounts", "/sites/stores/store-1", "/api/v1/sites" })
        {
            using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var refused = await browser.GetAsync(new Uri("/enrolment", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.DoesNotContain("Check for releases now", await browser.GetStringAsync(new Uri("/sites/stores/store-1", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_an_antiforgery_token_is_refused()
    {
        using var browser = await _hq.LogInAsync("olga", Role.Operator);
        using var content = new FormUrlEncodedContent([new("fleet", "stores"), new("site", "store-2")]);

        using var answer = await browser.PostAsync(new Uri("/enrolment", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(_hq.Get<EdgeSync.Hq.Enrolments.EnrolmentTokenStore>().List(), t => t.Site == "store-2");
    }

    [Fact]
    public async Task A_session_cookie_cannot_change_anything_through_the_api()
    {
        using var browser = await _hq.LogInAsync("olga", Role.Operator);
        using var content = new StringContent("{\"fleet\":\"stores\",\"site\":\"store-2\"}", new MediaTypeHeaderValue("application/json"));

        using var answer = await browser.PostAsync(new Uri("/api/v1/enrolment-tokens", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_logout_ends_the_session_on_the_server()
    {
        using var browser = await _hq.LogInAsync("olga", Role.Operator);
        using var stolen = _hq.CreateClient();
        var secret = _hq.Get<UserStore>().OpenSession("olga");
        stolen.DefaultRequestHeaders.Add("Cookie", $"edgesync={secret.Text}");
        using var before = await stolen.GetAsync(new Uri("/", UriKind.Relative));

        _hq.Get<UserStore>().CloseSession(secret.Text);
        using var after = await stolen.GetAsync(new Uri("/", UriKind.Relative));
        using var logout = await TestHq.PostFormAsync(browser, "/", "/logout");
        using var afterLogout = await browser.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Redirect, "/login", HttpStatusCode.Redirect),
            (before.StatusCode, after.StatusCode, logout.Headers.Location!.OriginalString, afterLogout.StatusCode));
    }

    [Fact]
    public async Task A_removed_user_and_a_revoked_token_lose_access_at_once()
    {
        using var browser = await _hq.LogInAsync("vera", Role.Viewer);
        using var program = _hq.CreateClient(_hq.AddToken(Role.Operator));
        using var sites = await program.GetAsync(new Uri("/api/v1/sites", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, sites.StatusCode);

        _hq.Get<UserStore>().Remove("vera");
        _hq.Get<OperatorTokenStore>().Revoke(_hq.Get<OperatorTokenStore>().List()[0].Id);

        using var page = await browser.GetAsync(new Uri("/", UriKind.Relative));
        using var api = await program.GetAsync(new Uri("/api/v1/sites", UriKind.Relative));
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Unauthorized), (page.StatusCode, api.StatusCode));
    }

    [Fact]
    public void The_last_operator_cannot_be_removed()
    {
        var users = _hq.Get<UserStore>();
        users.Add("olga", TestHq.Password, Role.Operator, "test");

        Assert.False(users.Remove("olga"));
        users.Add("oscar", TestHq.Password, Role.Operator, "test");
        Assert.True(users.Remove("olga"));
    }

    [Fact]
    public async Task Every_response_has_the_security_headers()
    {
        using var client = _hq.CreateClient();

        foreach (var path in new[] { "/login", "/", "/api/v1/sites", "/healthz" })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    private List<(string Method, string Pattern)> Routes() =>
    [
        .. from source in _hq.Services.GetServices<EndpointDataSource>()
           from endpoint in source.Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
           select (method, Text(endpoint.RoutePattern)),
    ];

    private static string Text(RoutePattern pattern) => "/" + pattern.RawText!.Trim('/');

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string pattern)
    {
        var path = pattern.Replace("{fleet}", "stores", StringComparison.Ordinal).Replace("{site}", "store-1", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(method == "ANY" ? "GET" : method), new Uri(Parameter().Replace(path, "1"), UriKind.Relative));
        if (method == "POST")
        {
            request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        }

        return await client.SendAsync(request);
    }

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Parameter();
}
