using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace SuperRes.Lab.Web.Api;

/// <summary>
/// Refuses what a person at this page would not send: requests for another host's name (DNS rebinding), from another site's page
/// (cross-site request forgery), and without the token where there is one. Each answer says that the page loads nothing from elsewhere.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, WebOptions options)
{
    private const string Cookie = "superres-token", Query = "token";
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        HttpRequest request = context.Request;
        if (!IsOwnHost(request.Host))
        {
            return Refuse(context, 421, $"This is not {request.Host.Host}; open the address that superres serve printed.");
        }

        if (!IsSameSite(request))
        {
            return Refuse(context, 403, "Another site's page sent this; use the page that superres serve opens, or a script.");
        }

        return options.Token is { } token && !Knows(context, token)
            ? Refuse(context, 401, "The token is missing or wrong; open the address that superres serve printed, or send "
                + "\"Authorization: Bearer TOKEN\".")
            : next(context);
    }

    private bool IsOwnHost(HostString host) => host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out IPAddress? address)
            && (IPAddress.IsLoopback(address) || !IPAddress.IsLoopback(options.Address)))
        || (!IPAddress.IsLoopback(options.Address) && host.Host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase));

    private static bool IsSameSite(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            return true; // a link to the page itself may stand anywhere
        }

        StringValues site = request.Headers["Sec-Fetch-Site"], origin = request.Headers.Origin;
        return (site.Count == 0 || site[0] is "same-origin" or "none")
            && (origin.Count == 0 || origin[0] == $"{request.Scheme}://{request.Host}");
    }

    private static bool Knows(HttpContext context, string token)
    {
        HttpRequest request = context.Request;
        string? bearer = request.Headers.Authorization.ToString() is { Length: > 7 } shown
            && shown.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? shown[7..] : null;
        if (Equal(bearer, token) || Equal(request.Cookies[Cookie], token))
        {
            return true;
        }

        if (HttpMethods.IsGet(request.Method) && request.Path == "/" && Equal(request.Query[Query], token))
        {
            context.Response.Cookies.Append(
                Cookie, token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
            return true;
        }

        return false;
    }

    private static bool Equal(string? shown, string token) =>
        shown is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(token));

    private static Task Refuse(HttpContext context, int status, string detail) =>
        Results.Problem(detail, statusCode: status).ExecuteAsync(context);
}
