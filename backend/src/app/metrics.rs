//! What a node tells Prometheus: counted here, and served on an address of its own.

use std::{net::TcpListener, time::Instant};

use actix_web::{
    Error as HttpError, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::{self as http, Data},
};
use futures_util::future::LocalBoxFuture;

use super::{App, StartError};
use crate::{
    actions::Context,
    hub::Hub,
    metrics::{Figures, Metrics},
};

/// What Prometheus expects.
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves metrics where the settings say. Where nobody said, it does without if it must.
///
/// # Errors
/// Somebody asked for them, and the address can't be had.
pub(super) fn serve(app: &App) -> Result<LocalBoxFuture<'static, ()>, StartError> {
    let Some((address, is_asked_for)) = app.config.metrics else {
        return Ok(Box::pin(async {}));
    };
    let (ctx, hub, metrics) = (app.ctx.clone(), app.hub.clone(), app.metrics.clone());
    let text = move || metrics.text(figures(&ctx, &hub)).unwrap_or_default();
    let server = HttpServer::new(move || {
        let text = text.clone();
        let answer = move || {
            let text = text();
            async move { HttpResponse::Ok().content_type(METRICS_TYPE).body(text) }
        };
        actix_web::App::new().route("/metrics", http::get().to(answer))
    });
    let listener = TcpListener::bind(address);
    match listener.and_then(|listener| server.workers(1).disable_signals().listen(listener)) {
        Ok(server) => {
            let server = server.run();
            Ok(Box::pin(async move {
                if let Err(why) = server.await {
                    tracing::warn!(%why, "metrics are served no more");
                }
            }))
        }
        Err(why) if is_asked_for => Err(StartError::Metrics(address, why)),
        Err(why) => {
            tracing::warn!(%address, %why, "metrics are not served: set PARLOR_METRICS_LISTEN");
            Ok(Box::pin(async {}))
        }
    }
}

/// Counts a call and how long it took.
pub(super) async fn count<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, HttpError> {
    let (began, method) = (Instant::now(), request.method().clone());
    let metrics = request.app_data::<Data<Metrics>>().cloned();
    let response = next.call(request).await?;
    if let Some(metrics) = metrics {
        metrics.called(method.as_str(), response.status().as_u16(), began.elapsed());
    }
    Ok(response)
}

/// How things stand, for the metrics.
fn figures(ctx: &Context, hub: &Hub) -> Figures {
    let (sockets, rooms) = hub.counts();
    let relay = ctx.relay.as_ref().map(|relay| {
        let condition = relay.condition();
        (condition.carries && condition.is_heard, condition.latency)
    });
    let people = hub.people();
    let (store, hub) = (ctx.db.stats(), hub.stats());
    Figures {
        sockets,
        people,
        rooms,
        relay,
        unknown_commits: ctx.db.unknown_commits(),
        reads: store.reads(),
        repairs: hub.repairs(),
        closes: hub.closes(),
        waits_us: Some(store.waits_us.read()),
        batches: Some(store.batches.read()),
        fan_out_us: Some(hub.fan_out_us.read()),
    }
}
