//! Which addresses are there, and what does each need of its caller? One list; a route that is not
//! in it, or does not say its need, does not exist. The OpenAPI document is made from the same list.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::guard::{self, BodyRule, Gate, Needs, Strangers};
use crate::{AppState, activitywatch as aw, document, health, page, v1};

/// What the guard enforces for one method of one path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) needs: Needs,
    pub(crate) body: BodyRule,
    pub(crate) strangers: Strangers,
    pub(crate) names_a_bucket: bool,
}

/// The rules of one path, by method.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathRules(Vec<(Method, Rule)>);

/// One line of the list.
pub(crate) struct Route {
    rule: Rule,
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
    handler: MethodRouter<AppState>,
}

impl Route {
    fn new(needs: Needs, body: BodyRule, (schemas, paths, handler): UtoipaMethodRouter<AppState>) -> Self {
        let names_a_bucket = paths.paths.keys().any(|path| path.contains("{bucket_id}"));
        let rule = Rule { needs, body, strangers: Strangers::Refused, names_a_bucket };
        // The guard sets the limits; the framework's own would cut imports at 2 MB.
        let handler =
            if body == BodyRule::Upload { handler.layer(DefaultBodyLimit::disable()) } else { handler };
        Self { rule, paths, schemas, handler }
    }

    /// The same route, where unpaired extensions are met differently.
    fn strangers(mut self, strangers: Strangers) -> Self {
        self.rule.strangers = strangers;
        self
    }

    fn path(&self) -> &str {
        self.paths.paths.keys().next().map_or("", String::as_str)
    }

    fn methods(&self) -> Vec<Method> {
        self.paths.paths.values().flat_map(operations).map(|(method, _)| method).collect()
    }
}

impl PathRules {
    /// The rule of a method; HEAD is answered like GET.
    pub(crate) fn of(&self, method: &Method) -> Option<&Rule> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.iter().find(|(own, _)| own == method).map(|(_, rule)| rule)
    }

    /// The methods, as headers list them.
    pub(crate) fn methods(&self) -> String {
        self.0.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Every route of the ActivityWatch interface.
#[rustfmt::skip]
fn activitywatch() -> Vec<Route> {
    use BodyRule::{Json, LargeJson, None, Upload};
    use Needs::{Admin, Ingest, Nothing, Read};
    vec![
        Route::new(Nothing, None, routes!(aw::info::info)).strangers(Strangers::MayAsk),
        Route::new(Read, None, routes!(aw::bucket::list)),
        Route::new(Read, None, routes!(aw::bucket::one)),
        Route::new(Ingest, Json, routes!(aw::bucket::create)).strangers(Strangers::MayAsk),
        Route::new(Admin, Json, routes!(aw::bucket::update)),
        Route::new(Admin, None, routes!(aw::bucket::delete)),
        Route::new(Read, None, routes!(aw::event::list)),
        Route::new(Ingest, LargeJson, routes!(aw::event::insert)),
        Route::new(Read, None, routes!(aw::event::count)),
        Route::new(Read, None, routes!(aw::event::one)),
        Route::new(Admin, None, routes!(aw::event::delete)),
        Route::new(Ingest, Json, routes!(aw::heartbeat::heartbeat)).strangers(Strangers::MayAsk),
        Route::new(Read, None, routes!(aw::transfer::export_bucket)),
        Route::new(Read, None, routes!(aw::transfer::export)),
        Route::new(Admin, Upload, routes!(aw::transfer::import)),
        Route::new(Read, Json, routes!(aw::query::query)),
        Route::new(Read, None, routes!(aw::settings::list)),
        Route::new(Read, None, routes!(aw::settings::one)),
        Route::new(Admin, Json, routes!(aw::settings::put)),
        Route::new(Admin, None, routes!(aw::settings::delete)),
    ]
}

/// Every route of attnd's own interface.
#[rustfmt::skip]
fn own() -> Vec<Route> {
    use BodyRule::{Json, None};
    use Needs::{Admin, Nothing, Read};
    vec![
        Route::new(Nothing, None, routes!(health::alive)),
        Route::new(Nothing, None, routes!(health::ready)),
        Route::new(Nothing, None, routes!(document::openapi_json)),
        Route::new(Nothing, None, routes!(v1::error::list)),
        Route::new(Nothing, None, routes!(v1::session::sign_in)),
        Route::new(Admin, None, routes!(v1::session::create_code)),
        Route::new(Admin, None, routes!(v1::token::list)),
        Route::new(Admin, Json, routes!(v1::token::create)),
        Route::new(Admin, None, routes!(v1::token::revoke)),
        Route::new(Admin, None, routes!(v1::pairing::list)),
        Route::new(Nothing, Json, routes!(v1::pairing::ask)).strangers(Strangers::Welcome),
        Route::new(Nothing, None, routes!(v1::pairing::collect)).strangers(Strangers::Welcome),
        Route::new(Admin, Json, routes!(v1::pairing::answer)),
        Route::new(Read, None, routes!(v1::consent::list)),
        Route::new(Admin, Json, routes!(v1::consent::decide)),
        Route::new(Read, None, routes!(v1::pause::show)),
        Route::new(Admin, Json, routes!(v1::pause::begin)),
        Route::new(Admin, None, routes!(v1::pause::end)),
        Route::new(Read, None, routes!(v1::retention::list)),
        Route::new(Admin, Json, routes!(v1::retention::set)),
        Route::new(Admin, None, routes!(v1::retention::keep_for_ever)),
        Route::new(Read, None, routes!(v1::redaction::show)),
        Route::new(Admin, Json, routes!(v1::redaction::set)),
        Route::new(Admin, None, routes!(v1::redaction::reapply)),
        Route::new(Admin, Json, routes!(v1::erasure::erase)),
        Route::new(Read, None, routes!(v1::recording::list)),
        Route::new(Admin, Json, routes!(v1::recording::note)),
        Route::new(Read, None, routes!(v1::audit::list)),
        Route::new(Read, None, routes!(v1::category::list)),
        Route::new(Admin, Json, routes!(v1::category::set)),
        Route::new(Read, Json, routes!(v1::rule::propose)),
        Route::new(Read, Json, routes!(v1::rule::test)),
        Route::new(Admin, Json, routes!(v1::rule::apply)),
        Route::new(Admin, None, routes!(v1::rule::undo)),
        Route::new(Read, None, routes!(v1::rule::suggestions)),
        Route::new(Read, None, routes!(v1::flow::flow)),
        Route::new(Read, None, routes!(v1::flow::day)),
        Route::new(Read, None, routes!(v1::activity::activities)),
        Route::new(Read, None, routes!(v1::measure::measures)),
        Route::new(Read, None, routes!(v1::timeline::timeline)),
        Route::new(Read, None, routes!(v1::report::report)),
        Route::new(Read, None, routes!(v1::estimate::estimates)),
        Route::new(Read, None, routes!(v1::estimate::reasons)),
        Route::new(Admin, Json, routes!(v1::estimate::correct)),
        Route::new(Read, None, routes!(v1::understanding::show)),
        Route::new(Admin, Json, routes!(v1::understanding::decide)),
        Route::new(Read, None, routes!(v1::probe::due)),
        Route::new(Admin, Json, routes!(v1::probe::set)),
        Route::new(Admin, Json, routes!(v1::probe::ask)),
        Route::new(Admin, Json, routes!(v1::probe::answer)),
        Route::new(Admin, Json, routes!(v1::probe::snooze)),
        Route::new(Admin, None, routes!(v1::probe::dismiss)),
        Route::new(Read, None, routes!(v1::answer::list)),
        Route::new(Admin, None, routes!(v1::answer::delete_all)),
        Route::new(Admin, None, routes!(v1::answer::undo)),
        Route::new(Admin, Json, routes!(v1::answer::change)),
        Route::new(Admin, None, routes!(v1::answer::delete)),
        Route::new(Read, None, routes!(v1::answer::csv)),
        Route::new(Read, None, routes!(v1::answer::ndjson)),
        Route::new(Read, None, routes!(v1::export::everything)),
        Route::new(Read, None, routes!(v1::live::live)),
    ]
}

fn all() -> Vec<Route> {
    activitywatch().into_iter().chain(own()).collect()
}

/// Every address, each behind its guard.
pub fn router(state: AppState) -> Router {
    let guarded = |rules| from_fn_with_state(Arc::new(Gate { state: state.clone(), rules }), guard::pass);
    let mut router = Router::new();
    for (path, rules, handler) in by_path() {
        let handler = handler.layer(guarded(Some(rules)));
        if let Some(bare) = other_slash_form(&path) {
            router = router.route(&bare, handler.clone());
        }
        router = router.route(&path, handler);
    }
    let pages = page::routes().layer(guarded(None));
    let nothing = axum::routing::any(page::missing).layer(guarded(None));
    router.merge(pages).fallback_service(nothing.with_state(state.clone())).with_state(state)
}

/// The list, one entry a path, in its order.
fn by_path() -> Vec<(String, PathRules, MethodRouter<AppState>)> {
    let mut paths: Vec<(String, PathRules, MethodRouter<AppState>)> = Vec::new();
    for route in all() {
        let (path, methods, rule) = (route.path().to_owned(), route.methods(), route.rule);
        let at = paths.iter().position(|(known, ..)| *known == path).unwrap_or_else(|| {
            paths.push((path, PathRules::default(), MethodRouter::new()));
            paths.len() - 1
        });
        let (_, rules, handler) = &mut paths[at];
        rules.0.extend(methods.into_iter().map(|method| (method, rule)));
        *handler = std::mem::take(handler).merge(route.handler);
    }
    paths
}

/// ActivityWatch's clients write its addresses with and without a slash at the end.
fn other_slash_form(path: &str) -> Option<String> {
    let path = path.strip_prefix("/api/0/").map(|_| path)?;
    Some(path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned))
}

/// The OpenAPI document of every route in the list.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = document::blank();
    for mut route in all() {
        for operation in route.paths.paths.values_mut().flat_map(operations_mut) {
            document::complete(operation, &route.rule);
        }
        document.paths.merge(route.paths);
        document::add_schemas(&mut document, route.schemas);
    }
    document
}

fn operations(item: &PathItem) -> Vec<(Method, &Operation)> {
    [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
    .collect()
}

fn operations_mut(item: &mut PathItem) -> Vec<&mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten().collect()
}
